"""Name a configuration by a hash of everything that its results depend on."""

import json
from collections.abc import Iterable
from copy import deepcopy
from hashlib import sha256
from pathlib import Path
from typing import Any

from experiments.start import census_path

WITHOUT_EFFECT = (
    ("experiment",),
    ("report",),
    ("run", "folder"),
    ("run", "workers"),
    ("run", "executor"),
    ("run", "address"),
    ("run", "limit_min"),
    ("run", "limit_gib"),
    ("run", "engine"),
    ("run", "replications"),
    ("run", "until"),
    ("run", "indifference"),
    ("run", "most_replications"),
    ("run", "baseline"),
    ("run", "sensitivity_replications"),
    ("run", "sensitivity_weeks"),
)
"""Keys that change which results there are, what they are called, or how soon, but no single one of them."""


def configuration_hash(resolved: dict[str, Any], plugins: Iterable[str] = ()) -> str:
    """Return 64 hexadecimal digits: SHA-256 of the configuration as JSON with sorted keys and no spaces.

    City folders, recorded arrivals, models of triage and plug-ins count by their content, not by where they lie.
    """
    plain = deepcopy(resolved)
    for *parents, last in WITHOUT_EFFECT:
        node = plain
        for parent in parents:
            node = node.get(parent, {})
        node.pop(last, None)
    city = plain.get("city")
    if isinstance(city, dict) and city.get("folder"):
        city["folder"] = content_hashes(Path(city["folder"]))
    _name_content(plain.get("sources"), "file")
    _name_content(plain.get("triage"), "model_file")
    if plain.get("start"):
        plain["start"] = content_hashes(census_path(plain["start"]))
    if plugins:
        plain["plugins"] = [sha256(Path(file).read_bytes()).hexdigest() for file in plugins]
    return sha256(json.dumps(plain, separators=(",", ":"), default=str).encode()).hexdigest()


def _name_content(node: Any, name: str) -> None:
    """Put the SHA-256 of its content in the place of every file that stands under this name."""
    for key, item in list(node.items()) if isinstance(node, dict) else ():
        if key == name and isinstance(item, str) and Path(item).is_file():
            node[key] = sha256(Path(item).read_bytes()).hexdigest()
        _name_content(item, name)


def joint_hash(hashes: Iterable[str]) -> str:
    """Return one hash for the cells of an experiment, in their order."""
    return sha256("\n".join(hashes).encode()).hexdigest()


def content_hashes(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file directly in a folder, or of one file, by name; nothing when it is not there."""
    inside = folder.iterdir() if folder.is_dir() else (folder,)
    files = sorted(path for path in inside if path.is_file() and not path.name.startswith("."))
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in files}
