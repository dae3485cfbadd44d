"""Share between commands what they have in common: exit codes, arguments and how configurations are read."""

import argparse
import re
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from experiments.config import CellConfig
    from sim.scenario import Scenario

Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"

DONE, SOME_FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130
PLAIN_TEXT = re.compile(r"(?!(?:null|true|false|nan|inf)$)(?:\.{0,2}/)?[a-z_][\w./-]*", re.IGNORECASE)


def project_version() -> str:
    """Return the installed version, or "unknown" when CityCare runs without being installed."""
    try:
        return version("citycare")
    except PackageNotFoundError:
        return "unknown"


def configured() -> argparse.ArgumentParser:
    """Return a parent parser with the arguments of commands that read a configuration."""
    parent = argparse.ArgumentParser(add_help=False)
    parent.add_argument("--config-dir", type=Path, help="a study, or a folder of configuration files of your own")
    parent.add_argument("--plugin", action="append", default=[], metavar="FILE.py", help="a file with policies")
    return parent


def composed(options: argparse.Namespace) -> "list[CellConfig]":
    """Compose the cells that the arguments of a command ask for.

    Raises:
        ScenarioError: with every fault of the configuration.
    """
    from experiments.config import compose

    return compose(options.overrides, getattr(options, "multirun", False), options.config_dir, options.plugin)


def checked(cells: "Sequence[CellConfig]") -> "list[Scenario]":
    """Return the scenarios of all cells, checked.

    Raises:
        ScenarioError: with the faults of all cells, each once.
    """
    from experiments.build import check as check_settings
    from experiments.schema import stop_at
    from sim.faults import Fault, ScenarioError

    faults: list[Fault] = []
    scenarios = []
    for cell in cells:
        try:
            scenarios.append(check_settings(cell.settings))
        except ScenarioError as error:
            faults.extend(error.faults)
    stop_at(faults)
    return scenarios


def from_files(folder: Path) -> list[str]:
    """Return the overrides that take the city from a folder of files; in quotes unless it can only be text."""
    text = str(folder)
    if not PLAIN_TEXT.fullmatch(text):
        text = "'{}'".format(text.replace("\\", "\\\\").replace("'", "\\'"))
    return ["city=from_files", f"city.folder={text}"]
