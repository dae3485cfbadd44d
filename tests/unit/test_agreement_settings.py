"""Agreements as a configuration writes them: days and hours, kinds by their words, and every fault at once."""

from math import inf

import pytest

from experiments.agreement_settings import ALL, KINDS, AgreementSettings, agreements_of
from experiments.build import build_scenario
from experiments.schema import read
from sim.faults import Fault, ScenarioError
from sim.platform.agreements import ANY, Agreement
from sim.platform.kinds import SharedKind
from tests.unit.test_build import settings

pytestmark = pytest.mark.unit


def test_days_and_hours_become_minutes_and_all_becomes_any() -> None:
    one = AgreementSettings("north", ALL, ["beds", "staff"], from_day=1, from_hour=6.5, until_day=3, until_hour=8.0)
    assert one.agreement() == Agreement(
        "north", ANY, (SharedKind.BED, SharedKind.STAFF), 1440.0 + 390.0, 3 * 1440.0 + 480.0
    )
    assert not list(one.faults("agreements[0]"))


def test_an_agreement_covers_everything_for_ever_unless_it_says_less() -> None:
    assert AgreementSettings().agreement() == Agreement(ANY, ANY, tuple(SharedKind), 0.0, inf)
    assert set(KINDS.values()) == set(SharedKind)


def test_no_list_leaves_it_to_the_flags_and_an_empty_one_allows_nothing() -> None:
    assert agreements_of(None) is None
    assert agreements_of([]) == ()


def test_all_faults_are_told_at_once() -> None:
    faults: list[Fault] = []
    wrong = {"kinds": ["bed"], "from_day": 5, "from_hour": 24.0, "until_day": 2, "until_hour": -1.0}
    read(AgreementSettings, wrong, "agreements[0]", faults)
    assert [fault.field.removeprefix("agreements[0].") for fault in faults] == [
        "kinds",
        "from_hour",
        "until_hour",
        "until_day",
    ]
    assert "beds" in faults[0].mend
    assert [fault.field for fault in AgreementSettings(kinds=[], until_hour=3.0, from_day=-1).faults("x")] == [
        "x.kinds",
        "x.from_day",
        "x.until_hour",
    ]


def test_a_configuration_with_agreements_makes_a_scenario_that_has_them() -> None:
    made = build_scenario(settings("agreements=[{owner: north, user: central, kinds: [beds], until_day: 2}]"))
    assert made.agreements == (Agreement("north", "central", (SharedKind.BED,), 0.0, 2880.0),)
    assert build_scenario(settings()).agreements is None
    with pytest.raises(ScenarioError, match=r"agreements\[0\].owner"):
        build_scenario(settings("agreements=[{owner: moon}]"))
