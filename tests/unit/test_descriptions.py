"""Descriptions, draws and views are values: nobody can change them, and none compares arrays by accident."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from importlib import import_module

import pytest

pytestmark = pytest.mark.unit

PARTS = ("city", "cohort", "columns", "contract", "distributions", "faults", "layout", "pathway", "routes", "scenario")


def values() -> Iterator[type]:
    for part in (*PARTS, "streams", "levels", "run"):
        module = import_module(f"sim.{part}")
        for one in vars(module).values():
            if isinstance(one, type) and is_dataclass(one) and one.__module__ == module.__name__ and fields(one):
                yield one


@pytest.mark.parametrize("kind", list(values()), ids=lambda kind: kind.__name__)
def test_a_value_cannot_be_changed(kind: type) -> None:
    with pytest.raises((AttributeError, TypeError)):
        setattr(object.__new__(kind), fields(kind)[0].name, 1)
    with pytest.raises((AttributeError, TypeError)):
        vars(object.__new__(kind))


@pytest.mark.parametrize("kind", list(values()), ids=lambda kind: kind.__name__)
def test_what_holds_arrays_is_equal_to_itself_only(kind: type) -> None:
    """Two arrays have no single truth, so a comparison of their holders would raise an error."""
    holds_arrays = any("Array" in str(field.type) or "ndarray" in str(field.type) for field in fields(kind))
    compares = kind.__eq__ is not object.__eq__
    assert not (holds_arrays and compares)
