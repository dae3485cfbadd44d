"""Read questions from words as they are typed: own ones as key=value, all others overrides of the configuration."""

from collections.abc import Sequence
from math import inf, isfinite

from experiments.config import CellConfig
from experiments.schema import close_match
from sim.faults import Fault


def own_words(words: Sequence[str], own: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """Return the words that belong to the question, by their names, and the overrides."""
    mine = dict(word.split("=", 1) for word in words if word.partition("=")[0] in own and "=" in word)
    return mine, [word for word in words if word.partition("=")[0] not in own]


def listed(text: str) -> list[str]:
    """Return the entries of a list in brackets, or of one without them."""
    return [part.strip() for part in text.strip().strip("[]()").split(",") if part.strip()]


def number_in(text: str, name: str, faults: list[Fault]) -> float:
    """Return a number; append a fault, and return 1, when it is none."""
    try:
        found = float(text)
    except ValueError:
        found = inf
    if not isfinite(found):
        faults.append(Fault(name, text, "give a number"))
        return 1.0
    return found


def count_in(text: str, name: str, least: int, faults: list[Fault]) -> int:
    """Return a whole number of `least` or more; append a fault, and return `least`, when it is none."""
    if not text.strip().isdigit() or int(text) < least:
        faults.append(Fault(name, text, f"give a whole number, at least {least}"))
        return least
    return int(text)


def present_value(cell: CellConfig, key: str, faults: list[Fault]) -> int | float | None:
    """Return the number that a setting is; append a fault when there is no such setting, or it is no number."""
    node: object = cell.resolved
    for part in key.split("."):
        known = list(node) if isinstance(node, dict) else []
        place = int(part) if isinstance(node, list) and part.isdigit() and int(part) < len(node) else None
        if place is not None and isinstance(node, list):
            node = node[place]
        elif isinstance(node, dict) and part in node:
            node = node[part]
        else:
            mend = "set it on the command line too, so that it is known" if not known else close_match(part, known)
            faults.append(Fault("vary", key, f"no such setting ({part}); {mend}"))
            return None
    if not isinstance(node, int | float) or isinstance(node, bool):
        faults.append(Fault("vary", key, "name a setting that is a number"))
        return None
    return node
