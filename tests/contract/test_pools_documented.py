"""The rules of pools that the page shows can be read and make a city, and the page names all there are."""

import re
from dataclasses import fields
from pathlib import Path

import pytest
import yaml

from experiments.city import described_city, scaled
from experiments.city_settings import CitySettings
from experiments.pool_rules import PoolRules
from experiments.schema import read
from sim.city import AtEnd, Discipline
from sim.faults import Fault

pytestmark = pytest.mark.contract

PAGE = (Path(__file__).parents[2] / "docs" / "pools.md").read_text(encoding="utf-8")
HOSPITAL = {
    "name": "Only",
    "latitude": 0,
    "longitude": 0,
    "places": {"ed_space": 9, "medical_bed": 20, "flexible_bed": 3},
    "staff": {"ed_physician": 2, "triage_nurse": 1},
    "equipment": {"ct_scanner": 1},
}


def test_the_rules_shown_make_a_city_without_faults() -> None:
    (block,) = re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL)
    faults: list[Fault] = []
    shown = yaml.safe_load(block)["city"]
    settings = read(CitySettings, {"name": "c", "hospitals": {"only": HOSPITAL}} | shown, "city", faults)
    assert faults == []
    city = scaled(described_city(settings, faults), settings)
    assert [*faults, *city.faults()] == []
    pools = {pool.code: pool for pool in city.hospitals[0].pools}
    assert {code for code, pool in pools.items() if pool.discipline is not Discipline.PRIORITY} == {
        "ed_physician",
        "triage_nurse",
    }
    assert pools["ed_physician"].levels[11] == 5
    assert pools["medical_bed"].borrows == "flexible_bed"


@pytest.mark.parametrize("name", [*(one.name for one in fields(PoolRules)), *Discipline, *AtEnd])
def test_the_page_names_every_rule(name: str) -> None:
    assert name in PAGE
