"""Faults of cases name field, value and mend, and whole numbers are whole."""

from dataclasses import dataclass

import numpy as np
import pytest

from optimize.checking import (
    finite_faults,
    least_faults,
    name_faults,
    position_faults,
    refuse,
    shape_faults,
    whole,
)

pytestmark = pytest.mark.unit


@dataclass(frozen=True)
class Wards:
    names: tuple[str, ...]
    beds: np.ndarray
    hospital: np.ndarray
    price: float = 1.0


def wards(**change: object) -> Wards:
    fields = {"names": ("A", "B"), "beds": np.array([4.0, 5.0]), "hospital": np.array([0, 1])}
    return Wards(**{**fields, **change})  # type: ignore[arg-type]


def test_nothing_is_wrong_with_a_sound_case() -> None:
    case = wards()
    found = [
        *shape_faults(case, {"beds": (2,), "hospital": (2,)}),
        *least_faults(case, ("beds", "price")),
        *finite_faults(case, ("beds", "price")),
        *position_faults(case, {"hospital": 2}),
        *name_faults(case, ("names",)),
    ]
    assert found == []
    refuse(found)


def test_each_fault_names_field_value_and_mend() -> None:
    assert list(shape_faults(wards(beds=np.zeros((2, 1))), {"beds": (2,)})) == [
        "beds has shape (2, 1); give (2,), as the names ask for"
    ]
    assert list(least_faults(wards(beds=np.array([1.0, -2])), ("beds",))) == ["beds holds -2; give 0 or more"]
    assert list(least_faults(wards(price=0.5), ("price",), 1.0)) == ["price holds 0.5; give 1 or more"]
    assert list(finite_faults(wards(price=np.inf), ("price",))) == ["price holds inf; give finite numbers"]
    assert list(position_faults(wards(hospital=np.array([0, 2])), {"hospital": 2})) == [
        "hospital holds 2; give positions from 0 to 1"
    ]
    assert list(name_faults(wards(names=("A", "B", "A", "B")), ("names",))) == [
        "names has A, B more than once; names must differ"
    ]


def test_minus_one_is_a_position_only_where_it_is_allowed() -> None:
    case = wards(hospital=np.array([-1, 1]))
    assert list(position_faults(case, {"hospital": 2}, least=-1)) == []
    assert list(position_faults(case, {"hospital": 2})) == ["hospital holds -1; give positions from 0 to 1"]


def test_nan_is_below_any_least_and_inf_above() -> None:
    assert list(least_faults(wards(price=np.nan), ("price",))) == ["price holds nan; give 0 or more"]
    assert list(least_faults(wards(price=np.inf), ("price",))) == []
    assert list(least_faults(wards(price=np.nan), ("price",), -np.inf)) == ["price holds nan; give -inf or more"]


def test_all_faults_are_raised_at_once() -> None:
    with pytest.raises(ValueError, match=r"^first; second$"):
        refuse(iter(["first", "second"]))


def test_numbers_that_are_nearly_whole_are_rounded() -> None:
    rounded = whole("move", np.array([1.0 - 1e-9, 0.0, 2.0 + 1e-9]))
    assert rounded.tolist() == [1, 0, 2]
    assert rounded.dtype == np.intp


def test_numbers_that_are_not_whole_are_an_error() -> None:
    with pytest.raises(ArithmeticError, match=r"move\[1\] is 2.4; a vertex must be whole"):
        whole("move", np.array([1.0, 2.4]))
