"""Define checklists: items that ask for something, and where a run answers them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from experiments.kept.listing import KeptRun


@dataclass(frozen=True, slots=True)
class Found:
    """Hold an answer and the file, beside the page or in the checkout, that shows it."""

    text: str
    link: str


@dataclass(frozen=True, slots=True)
class Item:
    """Ask for something; `find` looks for it in what a run keeps, None when only a person can say it."""

    id: str
    section: str
    asks: str
    find: Callable[[KeptRun], Found | None] | None = None


@dataclass(frozen=True, slots=True)
class Checklist:
    """Name a reporting standard with its source and its items; `file` is the name of its page."""

    name: str
    file: str
    title: str
    source: str
    items: Sequence[Item]
    levels: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Answered:
    """Hold an item with its answer, None where it is missing; `said` marks what a person stated."""

    item: Item
    found: Found | None
    said: bool = False


def answers(checklist: Checklist, run: KeptRun, statements: Mapping[str, Any]) -> list[Answered]:
    """Return every item with its answer: what a person stated under `NAME.ID`, or else what the run keeps."""
    return [_answered(checklist, item, run, statements) for item in checklist.items]


def _answered(checklist: Checklist, item: Item, run: KeptRun, statements: Mapping[str, Any]) -> Answered:
    stated = statements.get(f"{checklist.name}.{item.id}")
    if stated:
        return Answered(item, Found(str(stated), ""), said=True)
    return Answered(item, item.find(run) if item.find else None)


def level_reached(checklist: Checklist, found: Sequence[Answered]) -> str:
    """Return the highest level of which, and of all below it, every item is met; "none" where the first is not."""
    reached = "none"
    for level in checklist.levels:
        if any(one.found is None for one in found if one.item.section == level):
            break
        reached = level
    return reached
