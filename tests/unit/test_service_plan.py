"""A covering program of a city's files gets a plan with prices, or a reason why there is none."""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from experiments import summary
from experiments.report.evidence import service_tables
from experiments.report.folder import read_folder
from experiments.service_plan import STORED, ActivityLevel, RequirementMet, ServicePlan, plan_service, service_plans
from experiments.summary import service
from optimize.cover_case import CoverCase
from tests.city_files import documented_examples
from tests.report_folder import Design, write_run_folder

pytestmark = pytest.mark.unit


def shifts(needed: tuple[float, ...], coverage: list[list[float]]) -> CoverCase:
    """State the need of nurses at noon and at night, by two shifts that cost 2 and 3."""
    names = ("noon", "night", "budget")[: len(needed)]
    return CoverCase(("early", "late"), names, np.array([2.0, 3.0]), np.array(coverage), np.array(needed))


PLAN = plan_service("a.csv", shifts((4.0, 1.0), [[1.0, 1.0], [0.0, 2.0]]))
HOPELESS = plan_service("a.csv", shifts((4.0, 1.0), [[1.0, 1.0], [0.0, 0.0]]))
CLASH = plan_service("a.csv", shifts((4.0, 1.0, -6.0), [[1.0, 1.0], [0.0, 2.0], [-2.0, -3.0]]))


def test_the_plan_of_two_shifts_is_the_one_found_by_hand() -> None:
    """Half a late shift covers the night, early ones the rest of noon: 3.5 * 2 + 0.5 * 3.

    One nurse more at noon costs an early shift, 2; one more at night half a late shift in place of half an early one.
    """
    assert (
        ServicePlan(
            "a.csv",
            "optimal",
            8.5,
            "LP",
            (ActivityLevel("early", 3.5, 2.0), ActivityLevel("late", 0.5, 3.0)),
            (RequirementMet("noon", 4.0, 4.0, 0.0, 2.0), RequirementMet("night", 1.0, 1.0, 0.0, 0.5)),
        )
        == PLAN
    )


def test_what_nothing_gives_is_named() -> None:
    assert (HOPELESS.ending, HOPELESS.cost) == ("infeasible", None)
    assert HOPELESS.conflict == ("night needs 1, and no activity gives any",)


def test_what_cannot_be_met_together_is_named_and_nothing_else() -> None:
    assert CLASH.cost is None
    text = " ".join(CLASH.conflict)
    assert "noon needs 4, and early or late gives any" in text
    assert "budget needs -6, and no activity gives any, while early and late only take" in text
    assert len(CLASH.relaxation) == 1
    assert CLASH.relaxation[0].endswith("less would do")
    assert "The least that would have to give" in service(CLASH)


def test_plans_are_made_once_for_each_folder_that_has_a_program(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    (tmp_path / "a" / "medical_service.csv").write_text(documented_examples()["medical_service.csv"])
    folders = [str(tmp_path / "a"), None, str(tmp_path / "b"), str(tmp_path / "a")]
    (plan,) = service_plans(folders)
    assert (plan.file, plan.cost) == (str(tmp_path / "a" / "medical_service.csv"), 3230.0)


def test_the_terminal_tells_levels_slack_and_prices() -> None:
    assert summary.service(PLAN).splitlines() == [
        "The least-cost plan of a.csv costs 8.5; levels may be fractions of a unit:",
        "activity  units  cost of one unit",
        "early       3.5                 2",
        "late        0.5                 3",
        "",
        "requirement  needed  given  to spare  shadow price",
        "noon              4      4         0             2",
        "night             1      1         0           0.5",
        "Shadow prices (LP) are in cost per unit: what one unit more of a requirement would add.",
    ]


def test_the_terminal_tells_why_there_is_no_plan() -> None:
    assert summary.service(HOPELESS).splitlines() == [
        "No plan meets the requirements of a.csv (infeasible). The reason:",
        "  night needs 1, and no activity gives any",
    ]
    assert "These cannot hold together:" in summary.service(CLASH)
    assert "found no answer" in summary.service(ServicePlan("a.csv", "no_answer"))


def test_the_report_shows_what_was_stored(tmp_path: Path) -> None:
    folder = write_run_folder(tmp_path, Design(n_replications=1))
    assert service_tables(read_folder(folder)) == ()
    (folder / STORED).write_text(json.dumps([asdict(PLAN), asdict(HOPELESS)]))
    (words, tables, conflict), (why, none, reasons) = service_tables(read_folder(folder))
    assert words.startswith("The least-cost plan of a.csv costs 8.5 (optimal)")
    assert tables[0].rows == (("early", "3.5", "2"), ("late", "0.5", "3"))
    assert tables[1].rows == (("noon", "4", "4", "0", "2"), ("night", "1", "1", "0", "0.5"))
    assert (none, conflict) == ((), ())
    assert why.startswith("No plan meets the requirements of a.csv (infeasible)")
    assert reasons == HOPELESS.conflict
