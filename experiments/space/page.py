"""Write what was asked of a space as one page: a sentence, then figures, each with its table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from experiments.columns import write_text
from experiments.report.drawing import NARROW, WIDE, Frame
from experiments.report.page import POLICY, environment, source_hash, template_text
from experiments.report.tables import Table
from experiments.store import REPORT


@dataclass(frozen=True, slots=True)
class Section:
    """Show one figure in both widths, with the table behind it."""

    heading: str
    caption: str
    pictures: dict[str, str]
    table: Table


@dataclass(frozen=True, slots=True)
class Page:
    """Hold what a page says: its kind, the question, the answer, what the answer does not cover, and figures."""

    kicker: str
    question: str
    sentence: str
    limits: str
    sections: Sequence[Section]


def both_widths(draw: Callable[[Frame], str]) -> dict[str, str]:
    """Return a picture for desks and one for phones."""
    return {"wide": draw(WIDE), "narrow": draw(NARROW)}


def write_page(page: Page, folder: Path) -> Path:
    """Write `report.html` into the folder and return its path; equal pages give equal bytes."""
    style, path = template_text("style.css"), folder / REPORT
    context = {
        "policy": POLICY.format(script="'none'", style=source_hash(style)),
        "style": Markup(style),
        "kicker": page.kicker,
        "question": page.question,
        "sentence": page.sentence,
        "limits": page.limits,
        "sections": page.sections,
    }
    write_text(environment().get_template("asked.html.j2").render(context), path)
    return path
