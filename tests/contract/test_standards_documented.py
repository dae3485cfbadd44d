"""The documentation of the standards keeps its word about resources, extensions, columns and limits."""

import re
from pathlib import Path

import pytest

from experiments.standards import have
from experiments.standards.fhir.check import shapes
from experiments.standards.fhir.codes import terms
from experiments.standards.fhir.load import DEEPEST, LARGEST_FILE
from experiments.standards.fhir.run_log import FEWEST
from experiments.standards.fhir.systems import EXTENSION, EXTENSIONS
from experiments.standards.fhir.validate import MISSING

pytestmark = pytest.mark.contract

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "standards.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    section = TEXT.split(f"## {heading}\n")[1].split("\n## ")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line[:1] == "|"]


def test_every_resource_that_is_read_is_described() -> None:
    named = {word for row in rows("What a bundle carries")[2:] for word in re.findall(r"[A-Z]\w+", row[0])}
    assert named - {"R5", "HOSP"} == set(shapes())


def test_every_extension_that_is_named_exists() -> None:
    section = TEXT.split("## What a bundle carries")[1].split("## Codes")[0]
    parts = {name for name in EXTENSIONS if f"`{name}`" in section}
    whole = {"agreed", "region", "setting", "units", "occupied", "population", "visits-per-hour", "electives-per-day"}
    assert parts >= whole | {"travel", "choice", "mix", "shelf"}
    assert EXTENSION in section


def test_every_column_of_bed_counts_is_described_in_order() -> None:
    assert [row[0].strip("`") for row in rows("Bed counts")[2:]] == list(have.COLUMNS)
    required = {row[0].strip("`") for row in rows("Bed counts")[2:] if row[3] == "yes"}
    assert required == set(have.REQUIRED) - {"available_count"}
    assert set(have.HAVE_TYPES.values()) <= set(re.findall(r"`(\w+)`", TEXT))


def test_the_systems_of_codes_are_those_of_the_shared_table() -> None:
    named = {row[1].strip("`") for row in rows("Codes")[2:]}
    assert {term.coding[0] for term in terms().all.values()} <= named


def test_limits_are_those_of_the_code() -> None:
    assert f"at most {LARGEST_FILE // 10**6} million bytes and {DEEPEST} levels" in TEXT
    assert f"Counts under {FEWEST} are left out" in TEXT


def test_the_extra_has_bounds_and_is_named_where_it_is_missing() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert 'fhir = ["fhir.resources>=8,<9"]' in project
    assert "pip install 'citycare[fhir]'" in MISSING
