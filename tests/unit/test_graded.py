"""Values as tables: over nothing, over acuities, over attributes and choices."""

import numpy as np
import pytest

from sim.choices import Choice, Known
from sim.graded import ACUITY, OTHERWISE, Axis, Graded, aligned, share_faults

pytestmark = pytest.mark.unit

SEX = Axis("sex", ("female", "male"))
OLD = Axis("age", ("old", OTHERWISE))
TABLE = Graded((1.0, 2.0, 3.0, 4.0), (SEX, OLD))
KNOWN = Known(
    {"acuity": np.array([0, 4, 2]), "sex": np.array([1, 0, 1]), "age": np.array([0, 1, 2])},
    {"acuity": ACUITY.levels, "sex": ("female", "male"), "age": ("young", "old", "very old")},
)
ALL = np.arange(3)


def test_five_values_alone_are_for_the_acuities() -> None:
    five = Graded((1.0, 2.0, 3.0, 4.0, 5.0))
    assert five.over == (ACUITY,)
    assert [five.of(1), five.of(5), Graded((7.0,)).of(3)] == [1.0, 5.0, 7.0]
    assert np.array_equal(KNOWN.number(five, ALL), [1.0, 5.0, 3.0])
    assert KNOWN.number(Graded((7.0,)), ALL) == 7.0


def test_a_table_over_two_things_is_read_row_by_row() -> None:
    assert np.array_equal(KNOWN.number(TABLE, ALL), [4.0, 1.0, 4.0])
    assert np.array_equal(KNOWN.number(TABLE, np.array([1])), [1.0])
    assert TABLE.at({"sex": "male", "age": "old"}) == 3.0
    assert TABLE.at({"sex": "male", "age": "young"}) == 4.0
    with pytest.raises(KeyError):
        TABLE.at({"sex": "other", "age": "old"})
    with pytest.raises(ValueError, match="depends on sex, age"):
        TABLE.of(1)


def test_tables_are_brought_to_the_same_axes() -> None:
    other = Graded((10.0, 20.0), (Axis("age", ("very old", OTHERWISE)),))
    both = aligned([TABLE, other])
    assert both is not None
    assert both.axes == (SEX, Axis("age", ("old", "very old", OTHERWISE)))
    assert both.values == ((1.0, 2.0, 2.0, 3.0, 4.0, 4.0), (20.0, 10.0, 20.0) * 2)
    assert aligned([TABLE, Graded((1.0, 2.0), (Axis("sex", ("male", "unknown")),))]) is None
    plain = aligned([Graded((0.5,)), Graded((0.5,))])
    assert plain is not None
    assert (plain.axes, plain.values) == ((), ((0.5,), (0.5,)))


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (Graded((0.5,) * 4, (SEX, OLD)), []),
        (Graded((0.5, 0.5)), ["p = 2: give 1 value, or 5"]),
        (Graded((0.5,) * 3, (SEX, OLD)), ["p = 3: give 4 values"]),
        (Graded((0.5,) * 4, (SEX, SEX)), ["p = ['sex', 'sex']: let it depend on each of these once"]),
        (Graded((0.5, 1.5), (SEX,)), ["p = 1.5: give a probability between 0 and 1"]),
    ],
)
def test_impossible_tables_are_named(table: Graded[float], expected: list[str]) -> None:
    said = [str(fault) for fault in share_faults(table, "p")]
    assert len(said) == len(expected)
    assert all(line.startswith(start) for line, start in zip(said, expected, strict=True))


def test_a_number_picks_an_option_by_the_shares_of_its_patient() -> None:
    choice = Choice("way", ("home", "ward", "away"), (TABLE_OF[0], TABLE_OF[1], Graded((0.25,))))
    picked = [KNOWN.choose(choice, ALL, np.full(3, u)).tolist() for u in (0.0, 0.3, 0.74, 0.76, 0.9999)]
    assert picked == [[1, 0, 1], [1, 0, 1], [1, 0, 1], [2, 2, 2], [2, 2, 2]]


TABLE_OF = (Graded((0.75, 0.0), (SEX,)), Graded((0.0, 0.75), (SEX,)))


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (Choice("way", ("a", "b"), (Graded((0.3,)), Graded((0.7,)))), []),
        (Choice("way", ("a", "b"), (Graded((0.3, 0.4), (SEX,)), Graded((0.7, 0.6), (SEX,)))), []),
        (
            Choice("way", ("a", "b"), (Graded((0.3, 0.4), (SEX,)), Graded((0.7,)))),
            ["c = 1.1: give shares that sum to 1"],
        ),
        (Choice("way", ("a", "b"), (Graded((0.3,)), Graded((0.6,)))), ["c = 0.9: give shares that sum to 1"]),
        (Choice("way", ("a", "b"), (Graded((-0.3,)), Graded((1.3,)))), ["c.a = -0.3: give a share", "c.b = 1.3"]),
        (Choice("way", ("a", "a"), (Graded((0.5,)),) * 2), ["c = 'a': give every option a name of its own"] * 2),
        (Choice("way", ("a", "otherwise"), (Graded((0.5,)),) * 2), ["c = 'otherwise'"]),
        (Choice("acuity", ("a",), (Graded((1.0,)),)), ["c = 'acuity': choose another name"]),
        (Choice("way", (), ()), ["c = []: give at least one option", "c = "]),
        (
            Choice("way", ("a", "b"), (Graded((0.5, 0.5), (SEX,)), Graded((0.5, 0.5), (Axis("sex", ("x", "y")),)))),
            ["c = ['a', 'b']: name the same levels"],
        ),
    ],
)
def test_impossible_choices_are_named(choice: Choice, expected: list[str]) -> None:
    said = [str(fault) for fault in choice.faults("c")]
    assert len(said) == len(expected)
    assert all(line.startswith(start) for line, start in zip(said, expected, strict=True))
