"""Start from today: put the patients of a census, and who is on duty, in the place of a warm-up."""

from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

from experiments.files import census, duty
from experiments.schema import stop_at
from experiments.settings import RunKind, Settings
from experiments.start_date import start_of
from sim.city import City
from sim.faults import Fault
from sim.scenario import Scenario
from sim.units import HOURS_PER_WEEK, MINUTES_PER_HOUR

SHIPPED = "conf"


def from_today(scenario: Scenario, settings: Settings) -> Scenario:
    """Return the scenario with the patients of the census that `settings.start` names, instead of its own.

    Raises:
        ScenarioError: with every fault of the files, and of settings that do not go with a census.
    """
    assert settings.start is not None
    path = census_path(settings.start)
    faults = list(_setting_faults(settings, path))
    stop_at(faults)
    with_duty = _on_duty(scenario, path, faults)
    file = path / census.FILE if path.is_dir() else path
    sheet, found = census.read_census(file, start_of(settings.run.start_date), scenario)
    stop_at([*faults, *sheet.all_faults()])
    others = tuple(source for source in scenario.sources if not source.at_start)
    made = replace(with_duty, sources=others, census=found)
    stop_at(list(made.faults()))
    return made


def census_path(start: str) -> Path:
    """Return the file or folder that is named: from here, or among the shipped ones."""
    return Path(start) if Path(start).exists() else Path(str(files(SHIPPED).joinpath(start)))


def _setting_faults(settings: Settings, path: Path) -> Iterator[Fault]:
    run = settings.run
    if not path.exists():
        yield Fault("start", settings.start, f"name a file such as {census.FILE}, or a folder with one")
    if run.warm_up_weeks > 0:
        yield Fault("run.warm_up_weeks", run.warm_up_weeks, "set it to 0: a run from a census needs no warm-up")
    if run.kind is RunKind.STEADY_STATE:
        yield Fault("run.kind", run.kind.value, "set it to terminating: a census is not a steady state")


def _on_duty(scenario: Scenario, path: Path, faults: list[Fault]) -> Scenario:
    """Return the scenario with the levels of duty.csv, if the folder has one; append its faults."""
    file = path / duty.FILE
    if not (path.is_dir() and file.is_file()):
        return scenario
    if scenario.horizon.end_min > HOURS_PER_WEEK * MINUTES_PER_HOUR:
        mend = f"run at most one week from a folder with {duty.FILE}, or remove that file"
        faults.append(Fault("run.weeks", scenario.horizon.end_min / MINUTES_PER_HOUR / HOURS_PER_WEEK, mend))
    sheet, rows = duty.read_duty(file, scenario.city)
    faults.extend(sheet.all_faults())
    return replace(scenario, city=_staffed(scenario.city, rows))


def _staffed(city: City, rows: list[duty.Duty]) -> City:
    return replace(
        city,
        hospitals=tuple(
            replace(
                one,
                pools=tuple(
                    replace(pool, levels=duty.levels_with(rows, index, pool.code, pool.levels)) for pool in one.pools
                ),
            )
            for index, one in enumerate(city.hospitals)
        ),
    )
