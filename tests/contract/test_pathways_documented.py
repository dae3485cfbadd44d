"""Everything that the page on pathways shows can be read, and the page names what there is."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from experiments.arrival_settings import ArrivalSettings, SourceSettings
from experiments.files.recorded import ARRIVED, CONDITION, HOSPITAL, ZONE
from experiments.laws import KINDS, RESIDUAL
from experiments.pathways import Options, PathwayText
from experiments.schema import read
from sim.distributions import Distribution
from sim.faults import Fault
from sim.graded import Graded
from sim.pathway import Pathway
from sim.patience import Deterioration, Patience, Returns

pytestmark = pytest.mark.contract

PAGE = (Path(__file__).parents[2] / "docs" / "pathways.md").read_text(encoding="utf-8")
BLOCKS: dict[str, Any] = {
    name: yaml.safe_load(text) for name, text in re.findall(r"```yaml (\w+)\n(.*?)```", PAGE, flags=re.DOTALL)
}
KIND = {
    "durations": list[Distribution],
    "probabilities": list[Graded[float]],
    "attributes": dict[str, Options],
    "pathway": PathwayText,
    "driven": PathwayText,
    "sources": dict[str, SourceSettings],
}


@pytest.mark.parametrize("name", KIND)
def test_every_block_can_be_read(name: str) -> None:
    faults: list[Fault] = []
    read(KIND[name], BLOCKS[name], name, faults)
    assert faults == []


def test_the_pathway_has_no_faults() -> None:
    text = read(PathwayText, BLOCKS["pathway"], "pathway", [])
    assert list(Pathway("stroke", text.phases, text.choices).faults()) == []
    names = [step.name for step in text.phases[0].steps]
    assert names[:5] == ["ct", "ct_2", "ct_3", "report", "lysis"]


@pytest.mark.parametrize("kind", [Patience, Deterioration, Returns])
def test_what_waiting_does_can_be_read(kind: type) -> None:
    faults: list[Fault] = []
    read(kind, BLOCKS["waiting"][kind.__name__.lower()], "waiting", faults)
    assert faults == []


def test_all_families_patterns_and_columns_are_named() -> None:
    shown = {key for law in BLOCKS["durations"] for key in law}
    assert set(KINDS) | {RESIDUAL} <= shown
    assert {key for one in BLOCKS["sources"].values() for key in one["arrivals"]} == set(ArrivalSettings.__slots__)
    for column in (ARRIVED, CONDITION, ZONE, HOSPITAL):
        assert f"| `{column}` |" in PAGE
