"""List what ships: questions, cities, and the members of every group, each in the words of its own file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import takewhile
from typing import Any

import yaml

CITY, EXPERIMENT = "city", "experiment"
WORLDS = (CITY, "patients", "pathways", "formulary", EXPERIMENT)
"""Groups that say what the world is, not how it is run; a question chooses them."""
USUAL = "How do the city's hospitals fare as configured?"


@dataclass(frozen=True, slots=True)
class Member:
    """Name a member of a group, and say in words what it is."""

    name: str
    words: str


@dataclass(frozen=True, slots=True)
class Question:
    """Name an experiment, its question, and the levels of what it sweeps by key."""

    name: str
    question: str
    axes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@cache
def questions() -> dict[str, Question]:
    """Return the experiments that ship, by name; the first, "", runs the city as it is configured."""
    return {"": Question("", USUAL)} | {one.name: _question(one.name) for one in members(EXPERIMENT)}


@cache
def members(group: str) -> tuple[Member, ...]:
    """Return the members of a group by name; none where there is no such group."""
    folder = files("conf").joinpath(group)
    if not folder.is_dir():
        return ()
    found = sorted(path.name.removesuffix(".yaml") for path in folder.iterdir() if path.name.endswith(".yaml"))
    return tuple(Member(name, first_words(_text(group, name))) for name in found)


@cache
def groups() -> tuple[str, ...]:
    """Return the groups that say how hospitals are run, in the order of the default configuration."""
    defaults = yaml.safe_load(files("conf").joinpath("config.yaml").read_text(encoding="utf-8"))["defaults"]
    named = [key for one in defaults if isinstance(one, dict) for key in one]
    return tuple(name for name in named if name not in WORLDS and len(members(name)) > 1)


def first_words(text: str) -> str:
    """Return the first sentence of the comment at the head of a configuration file."""
    lines = [line for line in text.splitlines() if not line.startswith("# @package")]
    comment = " ".join(line.lstrip("# ").strip() for line in takewhile(lambda line: line.startswith("#"), lines))
    sentence, dot, _ = comment.partition(". ")
    return sentence + dot.strip()


def _text(group: str, name: str) -> str:
    return files("conf").joinpath(group, f"{name}.yaml").read_text(encoding="utf-8")


def _question(name: str) -> Question:
    """Return an experiment with what it takes over from the experiments that it builds on."""
    document: dict[str, Any] = yaml.safe_load(_text(EXPERIMENT, name))
    bases = [_question(one) for one in document.get("defaults", []) if isinstance(one, str) and one != "_self_"]
    axes: dict[str, tuple[str, ...]] = {key: levels for base in bases for key, levels in base.axes.items()}
    swept = ((document.get("hydra") or {}).get("sweeper") or {}).get("params") or {}
    axes |= {key: tuple(word.strip() for word in str(levels).split(",")) for key, levels in swept.items()}
    asked = (document.get("experiment") or {}).get("question") or next((base.question for base in bases), name)
    return Question(name, str(asked), axes)
