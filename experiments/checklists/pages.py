"""Write a page for each reporting standard beside a run."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from markupsafe import Markup

from experiments.checklists.checklist import Answered, Checklist, answers, level_reached
from experiments.checklists.ispor import ISPOR
from experiments.checklists.rap import RAP
from experiments.checklists.stress import STRESS
from experiments.columns import write_text
from experiments.kept.listing import KeptRun
from experiments.report.page import POLICY, environment, source_hash, template_text
from sim.faults import Fault, ScenarioError

FOLDER = "standards"
CHECKLISTS = (STRESS, ISPOR, RAP)


def write_pages(run: KeptRun, statements: Mapping[str, Any] | None = None) -> list[Path]:
    """Write the pages of all checklists into the run's folder; return their paths.

    `statements` answer what only people can, by `NAME.ID` of the item, for example `stress.2.1`.

    Raises:
        ScenarioError: when a statement answers no item.
        OSError: when a page cannot be written.
    """
    statements = statements or {}
    faults = list(_unknown(statements))
    if faults:
        raise ScenarioError(faults)
    folder = run.path / FOLDER
    folder.mkdir(exist_ok=True)
    return [_write(checklist, answers(checklist, run, statements), run, folder) for checklist in CHECKLISTS]


def read_statements(path: Path) -> dict[str, Any]:
    """Read statements from a YAML file of one table.

    Raises:
        ScenarioError: when it cannot be read, or is no table.
    """
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise ScenarioError([Fault("--statements", str(path), f"name a YAML file ({error})")]) from error
    if not isinstance(found, dict):
        raise ScenarioError([Fault("--statements", str(path), "write one line for each item, such as ispor.17: none")])
    return {str(key): value for key, value in found.items()}


def page_of(checklist: Checklist, found: list[Answered], run: KeptRun) -> str:
    """Return the page of a checklist as text."""
    style = template_text("style.css")
    return (
        environment()
        .get_template("checklist.html.j2")
        .render(
            checklist=checklist,
            answers=[(one, _linked(one, run)) for one in found],
            n_answered=sum(one.found is not None for one in found),
            level=level_reached(checklist, found) if checklist.levels else "",
            question=str(run.manifest.get("question") or run.path.name),
            policy=POLICY.format(script="'none'", style=source_hash(style)),
            style=Markup(style),
        )
    )


def _write(checklist: Checklist, found: list[Answered], run: KeptRun, folder: Path) -> Path:
    path = folder / checklist.file
    write_text(page_of(checklist, found, run), path)
    return path


def _linked(one: Answered, run: KeptRun) -> str:
    """Return the address of the evidence from the page; "" where it lies in the code, not beside the run."""
    link = one.found.link if one.found else ""
    return f"../{link}" if link and (run.path / link).exists() else ""


def _unknown(statements: Mapping[str, Any]) -> Iterator[Fault]:
    known = {f"{checklist.name}.{item.id}" for checklist in CHECKLISTS for item in checklist.items}
    for key in statements:
        if key not in known:
            yield Fault("--statements", key, "use the name and number of an item, for example stress.2.1 or ispor.17")
