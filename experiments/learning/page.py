"""Show a card on one page that works offline: what came out in words, and tables."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from markupsafe import Markup

from experiments.columns import write_text
from experiments.model_card import Estimate
from experiments.report.page import POLICY, environment, source_hash, template_text
from experiments.report.tables import Table
from experiments.schema import stop_at
from sim.faults import Fault

CARD, PAGE = "card.json", "card.html"


@dataclass(frozen=True, slots=True)
class Card:
    """Hold a card: its kind and title, what came out in words, tables for people, and `values` for programs."""

    kind: str
    title: str
    sentences: tuple[str, ...]
    tables: tuple[Table, ...]
    values: Mapping[str, Any]
    command: str


def write_card(card: Card, folder: Path, also: Sequence[Callable[[Path], object]] = ()) -> None:
    """Write `card.json` and `card.html` into a folder, and before them what each of `also` writes there.

    Raises:
        ScenarioError: when the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for write in also:
            write(folder)
        values = {"kind": card.kind, "command": card.command, **card.values, "sentences": card.sentences}
        write_text(json.dumps(values, ensure_ascii=False, indent=1, allow_nan=False) + "\n", folder / CARD)
        write_text(page_of(card), folder / PAGE)
    except OSError as error:
        stop_at([Fault("--out", str(folder), f"name a folder that can be written: {error.strerror}")])


def page_of(card: Card) -> str:
    """Return the page as text."""
    style = template_text("style.css")
    policy = POLICY.format(script="'none'", style=source_hash(style))
    return environment().get_template("card.html.j2").render(card=card, policy=policy, style=Markup(style))


def estimate(one: Estimate) -> dict[str, float | None]:
    """Return a figure with the ends of its 95 % interval; nothing where it does not exist."""
    ends = {"value": one.value, "low": one.low, "high": one.high}
    return {name: round(number, 6) if isfinite(number) else None for name, number in ends.items()}


def estimates(figures: Mapping[str, Estimate]) -> dict[str, Any]:
    """Return figures by name."""
    return {name: estimate(one) for name, one in figures.items()}
