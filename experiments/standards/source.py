"""Find what is to be exported: a folder of city files, the folder of a run, or a city of the configuration."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from experiments.build import build_scenario
from experiments.config import compose
from experiments.files import resources
from experiments.files.folder import CityFolder, read_city_folder
from experiments.files.sample import sample_city
from experiments.settings import Settings
from experiments.standards.fhir.hours import monday_of
from experiments.start_date import start_of
from experiments.store import MANIFEST
from experiments.stored_cell import StoredReplication, stored_replication


@dataclass(frozen=True, slots=True, eq=False)
class Exported:
    """Hold a city, the moment that counts as its start, and the replication that it comes from, if any."""

    city: CityFolder
    start: datetime
    stored: StoredReplication | None = None


def exported(source: Path, replication: int = 0, cell: str | None = None, plugins: Sequence[str] = ()) -> Exported:
    """Return what a path stands for: a run (its folder or manifest), the folder of a city, or a name in `conf/city`.

    Raises:
        ScenarioError: when it is none of them, or what it names has faults.
    """
    if (source / resources.FILE).is_file():
        return Exported(read_city_folder(source), start_of(compose([])[0].settings.run.start_date))
    if source.is_dir() or source.name == MANIFEST:
        stored = stored_replication(source, replication, cell, plugins)
        settings = stored.cell.settings
        return Exported(configured_city(settings), start_of(settings.run.start_date), stored)
    settings = compose([f"city={source}"])[0].settings
    return Exported(configured_city(settings), start_of(settings.run.start_date))


def configured_city(settings: Settings) -> CityFolder:
    """Return the city of a configuration, as files would describe it; its weeks begin on Monday, whenever it starts."""
    monday = monday_of(start_of(settings.run.start_date)).isoformat(" ", "minutes")
    run = replace(settings.run, start_date=monday)
    scenario = build_scenario(replace(settings, run=run, start=None))
    return replace(sample_city(scenario, run.root_seed), zone_travel_min=scenario.city.zone_travel_min)
