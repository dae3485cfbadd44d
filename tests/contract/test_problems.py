"""Every problem of the optimizer keeps the promises of `docs/optimizer.md`."""

import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import pytest

import optimize
from tests.golden.texts import GOLDEN

pytestmark = pytest.mark.contract

ROOT = Path(__file__).parents[2]
WRAPPERS = {"Pinned", "Soft", "Near", "Remembered", "Recourse", "Problem"}
RELAXATIONS = {"RelaxedTimetable"}
"""Programs solved for a bound only: their answers are no plans, and nobody asks them why."""


def problems() -> list[type]:
    """Return every class of the optimizer that builds a model and reads it, but for those that wrap others."""
    names = [one.name for one in pkgutil.walk_packages(optimize.__path__, "optimize.")]
    classes = {
        found
        for name in names
        for _, found in inspect.getmembers(importlib.import_module(name), inspect.isclass)
        if {"build", "read"} <= set(vars(found)) and found.__module__.startswith("optimize")
    }
    return sorted((one for one in classes if one.__name__ not in WRAPPERS | RELAXATIONS), key=lambda one: one.__name__)


def test_there_are_problems() -> None:
    assert {"CoverProblem", "AllocationProblem", "TransferProblem"} <= {one.__name__ for one in problems()}


@pytest.mark.parametrize("problem", problems(), ids=lambda one: one.__name__)
def test_a_problem_states_its_mathematics_speaks_and_can_be_checked(problem: type) -> None:
    assert re.search(r"^ *(min|max|best) ", problem.__doc__ or "", re.MULTILINE), "no objective in the docstring"
    assert re.search(r"^ *s\.t\.", problem.__doc__ or "", re.MULTILINE), "no constraints in the docstring"
    for method in ("words", "terms", "breaches"):
        assert inspect.getdoc(getattr(problem, method)), f"no {method}"


@pytest.mark.parametrize("problem", problems(), ids=lambda one: one.__name__)
def test_a_problem_has_a_golden_model_and_stands_in_the_documentation(problem: type) -> None:
    texts = (ROOT / "tests" / "golden" / "texts.py").read_text(encoding="utf-8")
    assert f"{problem.__name__}(" in texts
    document = (ROOT / "docs" / "optimizer.md").read_text(encoding="utf-8")
    package = problem.__module__.split(".")[1]
    assert f"`optimize/{package}" in document


def test_golden_models_are_those_of_problems() -> None:
    assert len([name for name in GOLDEN if name.endswith(".lp")]) >= len(problems())
