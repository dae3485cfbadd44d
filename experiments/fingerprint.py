"""Name a configuration by a hash of everything that its results depend on."""

import json
from collections.abc import Iterable
from copy import deepcopy
from hashlib import sha256
from pathlib import Path
from typing import Any

WITHOUT_EFFECT = (
    ("experiment",),
    ("run", "folder"),
    ("run", "workers"),
    ("run", "replications"),
    ("run", "baseline"),
    ("run", "sensitivity_replications"),
    ("run", "sensitivity_weeks"),
)
"""Keys that change which results there are, or what they are called, but no single one of them."""


def configuration_hash(resolved: dict[str, Any], plugins: Iterable[str] = ()) -> str:
    """Return 64 hexadecimal digits: SHA-256 of the configuration as JSON with sorted keys and no spaces.

    The files of a city folder count by their content, not by where they lie; so do plug-ins.
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
    if plugins:
        plain["plugins"] = [sha256(Path(file).read_bytes()).hexdigest() for file in plugins]
    return sha256(json.dumps(plain, sort_keys=True, separators=(",", ":"), default=str).encode()).hexdigest()


def joint_hash(hashes: Iterable[str]) -> str:
    """Return one hash for the cells of an experiment, in their order."""
    return sha256("\n".join(hashes).encode()).hexdigest()


def content_hashes(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file directly in a folder, by name; nothing when there is no such folder."""
    if not folder.is_dir():
        return {}
    files = sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in files}
