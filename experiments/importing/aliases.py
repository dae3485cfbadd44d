"""Know under which names public tables hold what an import needs: those that ship, and those that a user adds."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from experiments.schema import close_match, join
from sim.faults import Fault, ScenarioError

Aliases = Mapping[str, Mapping[str, list[str]]]
"""Names of columns, best first, by kind of table and by the name that the import uses."""


@cache
def shipped_aliases() -> Aliases:
    """Return the names of `columns.yaml`."""
    text = Path(__file__).with_name("columns.yaml").read_text(encoding="utf-8")
    aliases: dict[str, dict[str, list[str]]] = yaml.safe_load(text)
    return aliases


def read_aliases(path: Path | None) -> Aliases:
    """Return the shipped names with those of a YAML file of the same shape in front of them.

    Raises:
        ScenarioError: with every fault of the file.
    """
    shipped = shipped_aliases()
    if path is None:
        return shipped
    faults: list[Fault] = []
    added = _checked(_read(path), shipped, faults)
    if faults:
        raise ScenarioError(faults)
    return {
        kind: {name: [*added.get((kind, name), []), *known] for name, known in names.items()}
        for kind, names in shipped.items()
    }


def _read(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        mend = "name a YAML file that can be read, as experiments/importing/columns.yaml"
        raise ScenarioError([Fault("--aliases", str(path), f"{mend} ({' '.join(str(error).split())})")]) from error


def _checked(given: Any, shipped: Aliases, faults: list[Fault]) -> dict[tuple[str, str], list[str]]:
    """Return the names that a file adds by kind and column, in the spelling in which columns are compared."""
    added: dict[tuple[str, str], list[str]] = {}
    for kind, names in _table(given, "--aliases", shipped, faults):
        for name, words in _table(names, kind, shipped[kind], faults):
            listed = [words] if isinstance(words, str) else words
            if not (isinstance(listed, list) and all(isinstance(word, str) and word for word in listed)):
                faults.append(Fault(join(kind, name), words, "give the name of a column, or a list of names"))
                continue
            added[kind, name] = ["_".join(word.lower().split()) for word in listed]
    return added


def _table(value: Any, field: str, known: Mapping[str, object], faults: list[Fault]) -> list[tuple[str, Any]]:
    """Return the items of a table whose keys are known; append a fault for what is not."""
    if not isinstance(value, Mapping):
        faults.append(Fault(field, value, f"give a table with some of {', '.join(known)}"))
        return []
    for key in value.keys() - set(known):
        faults.append(Fault(join(field, str(key)), key, close_match(str(key), known)))
    return [(key, one) for key, one in value.items() if key in known]
