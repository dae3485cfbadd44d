"""Write down what a study was: configuration, seeds, versions, hashes, endings, timings and failures."""

import platform
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

import experiments
import optimize
import policies
import sim
from experiments.config import CellConfig
from experiments.fingerprint import content_hashes, joint_hash
from experiments.plugins import SEATS
from experiments.replication import Failure
from experiments.start import census_path
from experiments.store import Receipt

PROJECT = "citycare"
REPORTING = (
    "report",
    "app",
    "calibration",
    "checklists",
    "cli.py",
    "dry_run.py",
    "importing",
    "init.py",
    "kept",
    "league",
    "languages.py",
    "progress.py",
    "replay",
    "results_table.py",
    "service_plan.py",
    "starter",
    "summary.py",
    "verify",
)
"""Parts of `experiments` that change no result: they show them, or write input."""


@cache
def code_hash() -> str:
    """Return a hash of the source files that can change a result: all of ours but `REPORTING`."""
    digest = sha256()
    for package in (sim, optimize, policies, experiments):
        folder = Path(str(package.__file__)).parent
        for file in sorted(folder.rglob("*.py")):
            name = file.relative_to(folder)
            if package is not experiments or name.parts[0] not in REPORTING:
                digest.update(f"{package.__name__}/{name.as_posix()}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()


def identity(configuration_hash: str, code: str = "") -> str:
    """Return what a stored replication must have been made from to be used again: configuration and code.

    The code is that which runs now, unless the hash of another is given.
    """
    return sha256(f"{configuration_hash} {code or code_hash()}".encode()).hexdigest()


def project_version() -> str:
    """Return the version of CityCare, or "unknown" when it runs without being installed."""
    return _version(PROJECT)


def versions() -> dict[str, str]:
    """Return the installed version of every package that CityCare depends on."""
    try:
        needed = [line for line in requires(PROJECT) or [] if "extra ==" not in line]
    except PackageNotFoundError:
        needed = []
    names = sorted(re.split(r"[^\w.-]", line, maxsplit=1)[0] for line in needed)
    return {name: _version(name) for name in names}


def system() -> dict[str, object]:
    """Return what results may depend on besides the configuration: versions, Python and the kind of machine."""
    return {
        PROJECT: project_version(),
        "code_hash": code_hash(),
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        "versions": versions(),
    }


def described(cells: Sequence[CellConfig]) -> dict[str, object]:
    """Return what the cells are: names, factors, configurations with their hashes, and hashes of input files."""
    named = [(cell.resolved.get("city", {}).get("folder"), cell.resolved.get("start")) for cell in cells]
    folders = {str(folder): Path(folder) for folder, _ in named if folder}
    folders |= {str(start): census_path(start) for _, start in named if start}
    return {
        "cells": [_described(cell) for cell in cells],
        "configuration_hash": joint_hash(cell.hash for cell in cells),
        "data_hashes": {
            f"{folder}/{name}": digest
            for folder in sorted(folders)
            for name, digest in content_hashes(folders[folder]).items()
        },
    }


def _described(cell: CellConfig) -> dict[str, object]:
    seats = {seat: cell.resolved.get(seat, {}).get("policy") for seat in SEATS}
    return {
        "name": cell.name,
        "factors": cell.factors,
        "configuration": cell.resolved,
        "configuration_hash": cell.hash,
        "scenario": cell.resolved.get("city", {}).get("name"),
        "policies": seats,
    }


def results(
    jobs: Iterable[tuple[str, int]], done: Mapping[tuple[str, int], Receipt], failures: Sequence[Failure]
) -> dict[str, object]:
    """Return what became of the jobs (cell and replication), by cell.

    Hashes, of the trace and of its days, are null where the replication is missing; timings are seconds, summed over
    replications. `engines` says which moved the patients of a cell, and why. `deciding_shares` are the seconds in which
    plans were made, over those of the simulation; null where nothing was simulated.
    """
    receipts: dict[str, list[Receipt | None]] = {}
    for job in jobs:
        receipts.setdefault(job[0], []).append(done.get(job))
    timings = {cell: _sum(r.timings for r in own if r) for cell, own in receipts.items()}
    return {
        "trace_hashes": {cell: [r.trace_hash if r else None for r in own] for cell, own in receipts.items()},
        "day_hashes": {cell: [list(r.day_hashes) if r else None for r in own] for cell, own in receipts.items()},
        "engines": {cell: sorted({r.engine for r in own if r}) for cell, own in receipts.items()},
        "endings": {cell: _sum(r.endings for r in own if r) for cell, own in receipts.items()},
        "timings": timings,
        "deciding_shares": {cell: _deciding_share(spent) for cell, spent in timings.items()},
        "failures": [asdict(failure) for failure in failures],
    }


def _deciding_share(timings: Mapping[str, float]) -> float | None:
    """Return the share of the simulation's seconds that was spent deciding."""
    whole = timings.get("simulate", 0.0)
    return timings.get("decide", 0.0) / whole if whole > 0 else None


def _sum(counts: Iterable[Mapping[str, float]]) -> dict[str, float]:
    total: Counter[str] = Counter()
    for count in counts:
        total.update(count)
    return dict(total)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"
