"""Hold what a planner asks for: a question, and what is changed in it; write it as YAML and as a command line.

Both say the same: `citycare run` composes equal cells from either.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from experiments.commands.shared import PLAIN_TEXT
from sim.faults import Fault, ScenarioError

Value = str | int | float | bool | None
PACKAGE = "# @package _global_"
NAME = "# Name: "
MOST_LETTERS = 80
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)
KEY = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
WORDS: dict[str, Value] = {"true": True, "false": False, "null": None}


@dataclass(frozen=True, slots=True)
class Asked:
    """Ask an experiment ("" for none), with other members of groups, other levels of what it sweeps, other settings.

    `members` maps groups to a member, `levels` swept keys to their levels, `settings` dotted paths to plain values.
    """

    experiment: str = ""
    members: Mapping[str, str] = field(default_factory=dict)
    levels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    settings: Mapping[str, Value] = field(default_factory=dict)

    @property
    def words(self) -> list[str]:
        """Return the arguments of `citycare run` that ask for it."""
        swept = [f"{key}={','.join(levels)}" for key, levels in self.levels.items()]
        return [
            *(["-m"] if any(len(levels) > 1 for levels in self.levels.values()) else []),
            *([f"experiment={self.experiment}"] if self.experiment else []),
            *(f"{group}={member}" for group, member in self.members.items()),
            *swept,
            *(f"{key}={in_hydra(value)}" for key, value in self.settings.items()),
        ]

    def document(self) -> dict[str, Any]:
        """Return the content of the experiment's YAML file."""
        made: dict[str, Any] = {}
        for key, value in self.settings.items():
            node = made
            *parents, last = key.split(".")
            for parent in parents:
                node = node.setdefault(parent, {})
            node[last] = value
        if self.levels:
            made["hydra"] = {"sweeper": {"params": {key: ",".join(levels) for key, levels in self.levels.items()}}}
        chosen: list[Any] = [self.experiment] if self.experiment else []
        chosen += [{f"override /{group}": member} for group, member in self.members.items()]
        return {"defaults": [*chosen, "_self_"], **made}

    def text(self, name: str) -> str:
        """Return the experiment's YAML file under a name in a planner's words."""
        body = yaml.safe_dump(self.document(), sort_keys=False, allow_unicode=True)
        return f"{PACKAGE}\n{NAME}{one_line(name)}\n{body}"


def one_line(name: str) -> str:
    """Return a name without signs that would break the line, and not longer than a heading may be."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in name).split())[:MOST_LETTERS]


def read_text(text: str) -> tuple[str, Asked]:
    """Return the name and what is asked for from a YAML file that `Asked.text` wrote.

    Raises:
        ScenarioError: when it is another kind of file.
    """
    lines = text.splitlines()
    try:
        document = yaml.safe_load(text)
        chosen = document.pop("defaults")
        swept = document.pop("hydra", {"sweeper": {"params": {}}})["sweeper"]["params"]
        experiment = next((one for one in chosen if isinstance(one, str) and one != "_self_"), "")
        members = {
            key.removeprefix("override /"): str(m) for o in chosen if isinstance(o, dict) for key, m in o.items()
        }
        levels = {key: tuple(found.split(",")) for key, found in swept.items()}
    except (yaml.YAMLError, AttributeError, KeyError, TypeError) as error:
        raise ScenarioError([Fault("variant", lines[:1], "take a file that this page wrote")]) from error
    name = next((line.removeprefix(NAME) for line in lines if line.startswith(NAME)), "")
    return name, Asked(experiment, members, levels, dict(_flat(document)))


def _flat(node: Mapping[str, Any], above: str = "") -> list[tuple[str, Value]]:
    found: list[tuple[str, Value]] = []
    for key, value in node.items():
        path = f"{above}.{key}" if above else str(key)
        found += _flat(value, path) if isinstance(value, dict) else [(path, value)]
    return found


def plain(text: str) -> Value:
    """Return what a box of a form holds as the plain value that YAML and the command line would read."""
    word = text.strip()
    if NUMBER.fullmatch(word):
        return float(word) if not word.lstrip("+-").isdigit() else int(word)
    return WORDS.get(word.lower(), word)


def in_hydra(value: Value) -> str:
    """Return a plain value in the notation of the command line, text in quotes unless it can only be text."""
    if value is None or isinstance(value, bool):
        return str(value).lower() if value is not None else "null"
    if not isinstance(value, str):
        return repr(value)
    if PLAIN_TEXT.fullmatch(value):
        return value
    doubled = re.sub(r"(\\+)(?='|$)", r"\1\1", value)  # Hydra reads a backslash as itself unless a quote follows
    return "'{}'".format(doubled.replace("'", "\\'"))
