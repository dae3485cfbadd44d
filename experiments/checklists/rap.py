"""Hold the NHS levels of reproducible analytical pipelines (RAP): baseline, silver and gold."""

import tomllib
from pathlib import Path

import experiments
import experiments.checklists.evidence as evidence
from experiments.checklists.checklist import Checklist, Found, Item
from experiments.kept.listing import KeptRun
from experiments.store import MEASURES

BASELINE, SILVER, GOLD = "Baseline", "Silver", "Gold"
CHECKOUT = Path(str(experiments.__file__)).parents[1]


def in_checkout(name: str, words: str) -> Found | None:
    """Return that the checkout, from which the code runs, has a file; nothing where the code is installed without."""
    return Found(words, name) if (CHECKOUT / name).exists() else None


def _history(_: KeptRun) -> Found | None:
    return in_checkout(".git", "The code is under version control with git.")


def _readme(_: KeptRun) -> Found | None:
    return in_checkout("README.md", "README.md says how to install, run and reproduce.")


def _documents(_: KeptRun) -> Found | None:
    return in_checkout("docs/design.md", "Guides in docs, with the argument of each decision; docstrings throughout.")


def _layout(_: KeptRun) -> Found | None:
    return in_checkout("pyproject.toml", "One folder for each layer, one module for each member.")


def _style(_: KeptRun) -> Found | None:
    path = CHECKOUT / "pyproject.toml"
    tools = tomllib.loads(path.read_text(encoding="utf-8")).get("tool", {}) if path.is_file() else {}
    return (
        Found("ruff and mypy --strict, configured in pyproject.toml.", path.name)
        if {"ruff", "mypy"} <= set(tools)
        else None
    )


def _tests(_: KeptRun) -> Found | None:
    n = len(list((CHECKOUT / "tests").rglob("test_*.py")))
    return Found(f"{n} files of tests.", "tests") if n else None


def _locked(_: KeptRun) -> Found | None:
    return in_checkout("requirements.lock", "All packages with versions and hashes.")


def _logs(run: KeptRun) -> Found | None:
    n = len(run.manifest.get("failures", []))
    return (
        Found(f"Versions, hashes, endings, seconds and {n} failures.", "manifest.json")
        if "failures" in run.manifest
        else None
    )


def _tidy(run: KeptRun) -> Found | None:
    return (
        Found("One row for each value, patient or hour; parquet.", MEASURES)
        if (run.path / MEASURES).is_file()
        else None
    )


def _integrated(_: KeptRun) -> Found | None:
    return in_checkout(".ci/run", "Tests, style, wheel and all experiments in small size.")


def _changes(_: KeptRun) -> Found | None:
    return in_checkout("CHANGELOG.md", "Every change, and whether it changes results; semantic versions.")


RAP = Checklist(
    "rap",
    "rap.html",
    "NHS levels of reproducible analytical pipelines",
    "NHS RAP Community of Practice, levels of RAP (maturity framework)",
    (
        Item("b1", BASELINE, "Made by code in an open-source language", evidence.software),
        Item("b2", BASELINE, "Code under version control", _history),
        Item("b3", BASELINE, "A README with the steps to reproduce", _readme),
        Item("b4", BASELINE, "Code reviewed by peers"),
        Item("b5", BASELINE, "Code published, and linked with the publication"),
        Item("s1", SILVER, "Outputs with hardly any step by hand", evidence.sharing),
        Item("s2", SILVER, "Documented: guidance, structure, methods, docstrings", _documents),
        Item("s3", SILVER, "Organized in a usual layout of folders", _layout),
        Item("s4", SILVER, "Functions and classes that are used again", _layout),
        Item("s5", SILVER, "Agreed coding standards", _style),
        Item("s6", SILVER, "Tests", _tests),
        Item("s7", SILVER, "Dependencies named", _locked),
        Item("s8", SILVER, "Logs recorded by the pipeline", _logs),
        Item("s9", SILVER, "Tidy data in and out", _tidy),
        Item("g1", GOLD, "A package", _layout),
        Item("g2", GOLD, "Tests and more run by themselves", _integrated),
        Item("g3", GOLD, "Runs on events or on a schedule"),
        Item("g4", GOLD, "Changes signposted", _changes),
    ),
    (BASELINE, SILVER, GOLD),
)
