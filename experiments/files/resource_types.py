"""Know the types of resources: which words name which pool, and what a pool consists of."""

import re
from functools import cache
from pathlib import Path

import yaml

from experiments.schema import close_match
from sim.city import Kind

HOSPITAL = "hospital"
_CODE = re.compile(r"[a-z][a-z0-9_]{0,59}")


@cache
def kinds() -> dict[str, Kind]:
    """Return the kind of every code that is known without being declared."""
    return {code: Kind(kind) for kind, codes in _table().items() for code in codes}


@cache
def _aliases() -> dict[str, str]:
    return {word: code for codes in _table().values() for code, words in codes.items() for word in [code, *words]}


@cache
def _table() -> dict[str, dict[str, list[str]]]:
    path = Path(__file__).with_name("resource_types.yaml")
    table: dict[str, dict[str, list[str]]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return table


def read_type(text: str) -> tuple[str, Kind]:
    """Return the code and the kind of a resource type, such as "CT scanner" or "equipment:dialysis_chair".

    Raises:
        ValueError: saying how to mend the text.
    """
    word = re.sub(r"[^a-z0-9:]+", "_", text.lower()).strip("_")
    if word in _aliases():
        code = _aliases()[word]
        return code, kinds()[code]
    kind, _, code = word.partition(":")
    declared = code.strip("_")
    if kind.strip("_") in set(Kind) and _CODE.fullmatch(declared):
        return _declared(declared, Kind(kind.strip("_")))
    listed = close_match(word, [HOSPITAL, *kinds()])
    raise ValueError(f"{listed}; a new type is declared as place:CODE, staff:CODE or equipment:CODE")


def _declared(code: str, kind: Kind) -> tuple[str, Kind]:
    if kinds().get(code, kind) != kind:
        raise ValueError(f"{code} is of kind {kinds()[code].value}; write {code} alone")
    return code, kind


def write_type(code: str, kind: Kind) -> str:
    """Return the text that `read_type` reads as this code and kind."""
    return code if kinds().get(code) == kind else f"{kind.value}:{code}"
