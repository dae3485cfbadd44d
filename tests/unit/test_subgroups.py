"""Patients whom the door shows otherwise than others of the same true acuity."""

from dataclasses import replace

import numpy as np
import pytest

from experiments.training import draw_history
from sim.choices import Choice
from sim.cohort import draw_cohort
from sim.graded import Graded
from sim.scenario import Scenario
from sim.streams import Replication
from sim.subgroups import Shift, plain_options, shift_faults, shifted_by
from tests.door_patients import CASE_MIX, clinic

pytestmark = pytest.mark.unit

WORDS = Choice("words", ("plain", "understated"), (Graded((0.75,)), Graded((0.25,))))
OTHER = Choice("other", ("x", "y"), (Graded((0.5,)), Graded((0.5,))))
SHIFT = Shift("words", "understated", "age", 3.0)


def shifted(*shifts: Shift) -> Scenario:
    return replace(clinic(), case_mix=replace(CASE_MIX, shifts=shifts), attributes=(OTHER, WORDS))


def test_only_who_has_the_option_is_shown_otherwise() -> None:
    plain, moved = (draw_cohort(shifted(*shifts), Replication(0, 1)) for shifts in ((), (SHIFT,)))
    assert plain.attributes is not None
    has = plain.attributes[:, 1] == 1
    assert 0 < has.sum() < len(has)
    np.testing.assert_array_equal(plain.features[:, :3], moved.features[:, :3])
    np.testing.assert_array_equal(plain.features[~has], moved.features[~has])
    inside = has & (plain.features[:, 3] > 0) & (moved.features[:, 3] < 105)
    np.testing.assert_allclose((moved.features - plain.features)[inside, 3], 3.0, atol=1e-12)


def test_shifts_of_one_patient_add_up() -> None:
    both = (SHIFT, Shift("other", "y", "age", -1.0), Shift("other", "x", "heart_rate", 5.0))
    added = shifted_by(both, CASE_MIX.features, (OTHER, WORDS), np.array([[1, 1], [0, 0]]))
    assert np.asarray(added).tolist() == [[0, 0, 0, 2.0], [5.0, 0, 0, 0]]
    assert shifted_by((), CASE_MIX.features, (OTHER, WORDS), np.array([[1, 1]])) == 0.0


def test_past_patients_are_shown_otherwise_in_the_same_shares() -> None:
    n = 8000
    plain, moved = (draw_history(shifted(*shifts), 3, n) for shifts in ((), (SHIFT,)))
    np.testing.assert_array_equal(plain.acuity, moved.acuity)
    share = np.mean(moved.features[:, 3] != plain.features[:, 3])
    assert abs(share - 0.25) <= 4 * np.sqrt(0.25 * 0.75 / n) + 0.02  # some stay at the ends of the range


def test_options_that_nothing_depends_on_are_not_drawn() -> None:
    codes = plain_options((OTHER, WORDS), (SHIFT,), np.full((4, 2), 0.9))
    assert codes.tolist() == [[0, 1]] * 4


def test_every_fault_is_named() -> None:
    graded = replace(
        WORDS, name="graded", shares=(Graded((0.1, 0.2, 0.3, 0.4, 0.5)), Graded((0.9, 0.8, 0.7, 0.6, 0.5)))
    )
    wrong = (
        Shift("voice", "plain", "age", 1.0),
        Shift("words", "loud", "age", 1.0),
        Shift("words", "plain", "shoe_size", float("inf")),
        Shift("graded", "plain", "age", 1.0),
    )
    found = [fault.field for fault in shift_faults(wrong, CASE_MIX.features, (WORDS, graded))]
    places = ["0].attribute", "1].option", "2].feature", "2].by", "3].attribute"]
    assert found == [f"case_mix.shifts[{place}" for place in places]
    assert next(iter(shifted(wrong[0]).faults())).field == "case_mix.shifts[0].attribute"
