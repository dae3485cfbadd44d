"""The page on triage prints what the formulas give, names members that exist, and commands that can be read."""

import re
from pathlib import Path

import pytest

from experiments.config import compose
from experiments.exact.cases import plan
from experiments.plugins import shipped_policies

pytestmark = pytest.mark.contract

PAGE = (Path(__file__).parents[2] / "docs" / "triage.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    """Return the cells below the header of the first table after a heading."""
    lines = PAGE.split(heading, 1)[1].splitlines()
    table = lines[next(k for k, line in enumerate(lines) if line.startswith("|")) :]
    end = next(k for k, line in enumerate(table) if not line.startswith("|"))
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[2:end]]


def waits(*words: str) -> list[float]:
    (case,) = plan(words)
    return list(case.exact.values())


def test_every_member_is_told() -> None:
    told = {name for cells in rows("# Triage in the simulation") for name in re.findall(r"^`(\w+)`", cells[0])}
    assert told == set(shipped_policies()["triage"])


def test_strict_and_fitted_waits_are_those_of_the_formulas() -> None:
    table = rows("## Strict priority")
    command = re.search(r"citycare exact (E5 \S+ \S+)", PAGE)
    assert command is not None
    for column, values in ((2, waits(*command[1].split())), (3, waits("E24"))):
        assert [float(cells[column]) for cells in table] == [round(value, 1) for value in values]
    assert [float(cells[1]) for cells in table] == list(plan(["E24"])[0].published.values())


def test_operating_points_are_those_of_the_formulas() -> None:
    none = plan(["E19"])[1].exact["mean wait, diseased"]
    others = [case.exact["mean wait, diseased"] for case in plan(["E20"])[1:]]
    printed = {cells[0]: float(cells[3]) for cells in rows("## Exact waits")}
    order = ["none", "nurse", "nurse or model", "model at the nurse's sensitivity", "perfect"]
    assert [printed[name] for name in order] == [round(wait, 1) for wait in (none, *others)]


@pytest.mark.parametrize("name", ["triage_quality", "triage_threshold", "triage_fairness", "drift"])
def test_every_experiment_asks_a_question(name: str) -> None:
    assert f"**`{name}`" in PAGE
    cells = compose([f"experiment={name}"])
    assert str(cells[0].resolved["experiment"]["question"]).endswith("?")
