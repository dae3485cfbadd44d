"""Reporting standards are filled from what a run keeps; what it does not keep is shown as missing."""

import json
import re
import shutil
from pathlib import Path

import pytest

from experiments import cli
from experiments.checklists.checklist import Answered, Checklist, Found, Item, answers, level_reached
from experiments.checklists.ispor import ISPOR
from experiments.checklists.pages import CHECKLISTS, page_of, read_statements, write_pages
from experiments.checklists.rap import CHECKOUT, RAP
from experiments.checklists.stress import STRESS
from experiments.config import compose
from experiments.kept.listing import KeptRun, kept_run
from experiments.store import MANIFEST
from experiments.study import run_study, study_of
from sim.faults import ScenarioError

pytestmark = pytest.mark.study

SMALL = ["triage=nurse", "run.weeks=0.05", "run.warm_up_weeks=0.05", "run.replications=2", "store.keep=measures"]
ONLY_PEOPLE = {
    "stress": {"2.1", "3.2"},
    "ispor": {"10", "11", "12", "13", "14", "15", "16", "17"},
    "rap": {"b4", "b5", "g3"},
}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> KeptRun:
    folder = tmp_path_factory.mktemp("run") / "run"
    run_study(study_of(compose([*SMALL, "experiment.question=Why?"]), "citycare run"), folder, 1)
    return kept_run(folder)


def exported(checklist: Checklist) -> set[str]:
    """Return what the source says only while it lies in its repository."""
    return {"b2"} if checklist is RAP and not (CHECKOUT / ".git").exists() else set()


def found_in(checklist: Checklist, run: KeptRun) -> dict[str, Found | None]:
    return {one.item.id: one.found for one in answers(checklist, run, {})}


@pytest.mark.parametrize("checklist", CHECKLISTS, ids=lambda one: str(one.name))
def test_a_run_answers_all_that_it_can_and_no_more(run: KeptRun, checklist: Checklist) -> None:
    missing = {id for id, found in found_in(checklist, run).items() if found is None}
    assert missing == ONLY_PEOPLE[checklist.name] | exported(checklist)


def test_answers_are_those_of_the_run(run: KeptRun) -> None:
    found = {id: one.text for id, one in found_in(STRESS, run).items() if one}
    assert found["1.1"] == "Why?"
    assert found["4.3"].startswith("2 replications a cell")
    assert found["4.2"].startswith("0.05 weeks are measured, from 2026-01-05")
    assert "root seed 20261122" in found["5.2"]
    assert found["2.5.3"].startswith("5 hospitals with ")
    assert "triage: nurse" in found["2.4"]


def test_a_run_that_keeps_nothing_answers_nothing_of_its_own(tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_text("{}")
    empty = kept_run(tmp_path)
    answered = {id for id, found in found_in(STRESS, empty).items() if found}
    assert answered == {"1.3", "3.4"}  # no cells and no baseline; assumptions ship with the configuration


@pytest.mark.parametrize("checklist", CHECKLISTS, ids=lambda one: str(one.name))
def test_every_link_of_a_page_leads_to_a_file_beside_it(run: KeptRun, checklist: Checklist) -> None:
    (page,) = [path for path in write_pages(run) if path.name == checklist.file]
    text = page.read_text(encoding="utf-8")
    links = re.findall(r'<a href="([^"]+)"', text)
    assert all((page.parent / link).is_file() for link in links)
    assert bool(links) or checklist is RAP
    assert text.count("<strong>missing</strong>") == len(ONLY_PEOPLE[checklist.name] | exported(checklist))


def test_what_people_state_fills_the_gaps_and_is_marked(run: KeptRun) -> None:
    text = page_of(ISPOR, answers(ISPOR, run, {"ispor.17": "<none>"}), run)
    assert "&lt;none&gt;" in text
    assert "stated by the authors" in text
    assert text.count("<strong>missing</strong>") == len(ONLY_PEOPLE["ispor"]) - 1


def test_a_statement_about_nothing_is_refused(run: KeptRun) -> None:
    with pytest.raises(ScenarioError, match=r"stress\.9\.9"):
        write_pages(run, {"stress.9.9": "x"})


@pytest.mark.parametrize("text", ["- a", "a: [", ""])
def test_statements_that_are_no_table_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "said.yaml").write_text(text)
    with pytest.raises(ScenarioError, match="--statements"):
        read_statements(tmp_path / "said.yaml")


def met(*sections: str) -> list[Answered]:
    return [Answered(Item(section, section, ""), Found("yes", "")) for section in sections]


def test_a_level_is_reached_only_with_all_below_it() -> None:
    gap = [Answered(Item("x", "Silver", ""), None)]
    assert level_reached(RAP, met("Baseline", "Silver", "Gold")) == "Gold"
    assert level_reached(RAP, [*met("Baseline", "Gold"), *gap]) == "Baseline"
    assert level_reached(RAP, [Answered(Item("x", "Baseline", ""), None), *met("Silver", "Gold")]) == "none"


def test_the_command_writes_the_pages(run: KeptRun, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(run.path, tmp_path / "run")
    (tmp_path / "said.yaml").write_text("rap.b4: two colleagues\nrap.b5: on the project's page\n")
    assert cli.main(["report", str(tmp_path / "run"), "--statements", str(tmp_path / "said.yaml")]) == 0
    assert capsys.readouterr().out.count("Standard: ") == 3
    text = (tmp_path / "run" / "standards" / "rap.html").read_text(encoding="utf-8")
    assert f"Level reached: {'none' if exported(RAP) else 'Silver'}" in text
    assert json.loads((tmp_path / "run" / MANIFEST).read_text())["question"] == "Why?"
