"""Faults say where, what and how to mend it, and travel between processes."""

import pickle

import pytest

from experiments.store import FolderError
from sim.faults import Fault, ScenarioError

pytestmark = pytest.mark.unit

FAULTS = Fault("run.weeks", -1, "give weeks above zero"), Fault("city.name", "", "give a name")


def test_an_error_lists_every_fault_on_its_own_line() -> None:
    error = ScenarioError(iter(FAULTS))
    assert error.faults == FAULTS
    assert str(error) == "run.weeks = -1: give weeks above zero\ncity.name = '': give a name"


@pytest.mark.parametrize("kind", [ScenarioError, FolderError])
def test_an_error_comes_out_of_another_process_as_it_went_in(kind: type[ScenarioError]) -> None:
    error = kind(FAULTS)
    found = pickle.loads(pickle.dumps(error))
    assert type(found) is kind
    assert found.faults == FAULTS
    assert str(found) == str(error)
