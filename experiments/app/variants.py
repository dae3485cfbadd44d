"""Keep variants as YAML in a folder that is a study: `citycare run --config-dir FOLDER experiment=NAME` runs one.

A planner's folder holds `conf/experiment/NAME.yaml`, `runs/NAME` (the folder of its run) and `states/NAME.json` and
`states/NAME.log` (how its last start went). A variant never changes: its name ends with a hash of its content.
"""

import json
import re
import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from experiments.app.asked import Asked, in_hydra, one_line, read_text
from experiments.columns import write_text
from experiments.schema import stop_at
from experiments.store import REPORT
from sim.faults import Fault, ScenarioError

PLAIN = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
HASH_DIGITS, NAME_LETTERS = 8, 40


@dataclass(frozen=True, slots=True)
class State:
    """Say how the last start of a variant went.

    `name` is "kept" (never started), "waiting", "running", "done", "failed", "canceled" or "stopped" (with the page);
    `since` is when that began, in seconds since 1970.
    """

    name: str = "kept"
    since: float = 0.0

    @property
    def is_open(self) -> bool:
        """Say whether it will change by itself."""
        return self.name in ("waiting", "running")


@dataclass(frozen=True, slots=True)
class Variant:
    """Name a kept variant: whose it is, its file's name, its name in words, and what it asks for."""

    owner: str
    slug: str
    name: str
    asked: Asked
    folder: Path

    @property
    def key(self) -> tuple[str, str]:
        """Return what tells it from all others."""
        return self.owner, self.slug

    @property
    def file(self) -> Path:
        """Return its YAML file."""
        return self.folder / "conf" / "experiment" / f"{self.slug}.yaml"

    @property
    def run(self) -> Path:
        """Return the folder of its run."""
        return self.folder / "runs" / self.slug

    @property
    def log(self) -> Path:
        """Return the file with what `citycare run` printed."""
        return self.folder / "states" / f"{self.slug}.log"

    @property
    def report(self) -> Path:
        """Return the report of its run."""
        return self.run / REPORT

    @property
    def state(self) -> State:
        """Return how its last start went."""
        try:
            return State(**json.loads(self._state.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return State()

    @property
    def _state(self) -> Path:
        return self.folder / "states" / f"{self.slug}.json"

    def becomes(self, name: str) -> None:
        """Write down that it is now waiting, running, ..."""
        self._state.parent.mkdir(parents=True, exist_ok=True)
        write_text(json.dumps({"name": name, "since": datetime.now(UTC).timestamp()}), self._state)

    @property
    def words(self) -> list[str]:
        """Return the arguments of `citycare` that run it into its folder."""
        return [
            "run",
            "--config-dir",
            str(self.folder),
            f"experiment={self.slug}",
            f"run.folder={in_hydra(str(self.run))}",
        ]


@dataclass(frozen=True, slots=True)
class Variants:
    """Keep the variants of all planners below one folder, each planner's in a folder of their own."""

    root: Path

    def keep(self, owner: str, name: str, asked: Asked) -> Variant:
        """Write a variant, unless the same is there already, and return it.

        Raises:
            ScenarioError: when it has no name.
        """
        words = one_line(name)
        if not words:
            stop_at([Fault("name", name, "give the variant a name, so that you find it again")])
        text = asked.text(words)
        slug = f"{_slug(words)}-{sha256(text.encode()).hexdigest()[:HASH_DIGITS]}"
        variant = Variant(owner, slug, words, asked, self._of(owner))
        if not variant.file.exists():
            variant.file.parent.mkdir(parents=True, exist_ok=True)
            write_text(text, variant.file)
        return variant

    def find(self, owner: str, slug: str) -> Variant | None:
        """Return a variant, or None when there is none of these names."""
        if not (PLAIN.fullmatch(owner) and PLAIN.fullmatch(slug)):
            return None
        made = Variant(owner, slug, "", Asked(), self._of(owner))
        try:
            name, asked = read_text(made.file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, ScenarioError):
            return None
        return replace(made, name=name or slug, asked=asked)

    def every(self) -> list[Variant]:
        """Return all variants, the newest first."""
        files = sorted(self.root.glob("*/conf/experiment/*.yaml"), key=lambda file: -file.stat().st_mtime_ns)
        found = [self.find(file.parents[2].name, file.stem) for file in files]
        return [one for one in found if one]

    def remove(self, variant: Variant) -> None:
        """Delete a variant with its run."""
        shutil.rmtree(variant.run, ignore_errors=True)
        for file in (variant.file, variant.log, variant._state):
            file.unlink(missing_ok=True)

    def _of(self, owner: str) -> Path:
        return (self.root / owner).absolute()


def _slug(words: str) -> str:
    plain = re.sub(r"[^a-z0-9]+", "-", words.lower())[:NAME_LETTERS].strip("-")
    return plain if plain[:1].isalpha() else f"variant-{plain}".rstrip("-")
