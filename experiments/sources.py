"""Make the sources that a configuration describes one by one: by week, appointment, incident or record."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np

from experiments.arrival_settings import ArrivalSettings, ScheduledSettings, SourceSettings, WeeklySettings
from experiments.files.recorded import Names, Recorded, read_recorded
from experiments.inflow import week_profile
from experiments.schema import close_match
from sim.arrivals import Pattern, Replay, Scheduled, Seasonal
from sim.city import City
from sim.faults import Fault
from sim.scenario import Source


@dataclass(frozen=True, slots=True)
class SourceMaker:
    """Make sources for a city whose clock starts at `starts_at`; faults of meaning are appended to `faults`."""

    city: City
    conditions: tuple[str, ...]
    starts_at: datetime
    faults: list[Fault]

    def sources(self, settings: Mapping[str, SourceSettings]) -> Iterator[Source]:
        """Yield the sources in the order in which they are written."""
        for name, one in settings.items():
            if one.arrivals.replay is None:
                yield from self._source(name, one, _pattern(one.arrivals, self.starts_at))
            else:
                yield from self._recorded(name, one, Path(one.arrivals.replay.file))

    def _source(self, name: str, one: SourceSettings, pattern: Pattern) -> Iterator[Source]:
        weights = {condition: weight for condition, weight in one.conditions.items() if weight > 0}
        share = np.array(list(weights.values())) / sum(weights.values())
        yield Source(
            name,
            tuple(weights),
            share,
            pattern.hourly_rate(),
            zone=self._index("zone", one.zone, f"sources.{name}"),
            hospital=self._index("hospital", one.hospital, f"sources.{name}"),
            patience=one.patience,
            pattern=pattern,
            listed_for=one.listed_for,
            at_start=one.at_start,
        )

    def _recorded(self, name: str, one: SourceSettings, path: Path) -> Iterator[Source]:
        """Yield one source for each place and condition that a file names."""
        before = len(self.faults)
        names = Names(self.conditions, self._ids("zone"), self._ids("hospital"))
        recorded = read_recorded(path, self.starts_at, names, self.faults)
        if len(self.faults) > before:
            return
        for (zone, hospital, condition), times in sorted(_groups(recorded, one).items()):
            settings = replace(one, zone=zone or None, hospital=hospital or None, at_start=0)
            if condition:
                settings.conditions = {condition: 1.0}
            field = ".".join(part for part in (name, zone or hospital, condition) if part)
            missing = list(settings.faults(f"sources.{field}"))
            if (settings.zone is None) == (settings.hospital is None) or not sum(settings.conditions.values()) > 0:
                mend = "name its zone or hospital and its conditions, here or in columns of the file"
                missing.append(Fault(f"sources.{field}", path.name, mend))
            self.faults.extend(missing)
            if not missing:
                yield from self._source(field, settings, Replay(tuple(times)))

    def _index(self, kind: str, wanted: str | None, field: str) -> int:
        """Return the number of a zone or hospital, -1 where none is wanted."""
        ids = self._ids(kind)
        if wanted is None:
            return -1
        if wanted not in ids:
            self.faults.append(Fault(f"{field}.{kind}", wanted, close_match(wanted, ids)))
            return 0
        return ids.index(wanted)

    def _ids(self, kind: str) -> list[str]:
        return [one.id for one in (self.city.zones if kind == "zone" else self.city.hospitals)]


def seasonal(sources: Iterable[Source], factors: list[float] | None, starts_at: datetime) -> Iterator[Source]:
    """Yield the sources, those of zones with factors for the season if there are any."""
    for source in sources:
        if factors is None or source.zone < 0 or source.at_start:
            yield source
        else:
            pattern = Seasonal(source.hourly_rate, tuple(factors), starts_at)
            yield replace(source, hourly_rate=pattern.hourly_rate(), pattern=pattern)


def _groups(recorded: Recorded, one: SourceSettings) -> dict[tuple[str, str, str], list[float]]:
    """Return the times of each zone, hospital and condition; the configuration fills what the file leaves open."""
    groups: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    rows = zip(recorded.times_min.tolist(), recorded.zone, recorded.hospital, recorded.condition, strict=True)
    for minutes, zone, hospital, condition in rows:
        place = (zone, hospital) if zone or hospital else (one.zone or "", one.hospital or "")
        groups[*place, condition].append(minutes)
    return groups


def _pattern(arrivals: ArrivalSettings, starts_at: datetime) -> Pattern:
    if arrivals.weekly:
        return _weekly(arrivals.weekly, starts_at)
    if arrivals.scheduled:
        return _scheduled(arrivals.scheduled)
    assert arrivals.burst
    return arrivals.burst


def _weekly(weekly: WeeklySettings, starts_at: datetime) -> Seasonal:
    rate = weekly.per_day * week_profile(weekly.hourly_profile, weekly.weekday_profile)
    return Seasonal(rate, tuple(weekly.season or [1.0] * 12), starts_at)


def _scheduled(plan: ScheduledSettings) -> Scheduled:
    times = sorted(minutes for session in plan.sessions for minutes in session.times_min()) or sorted(plan.times_min)
    return Scheduled(tuple(times), bool(plan.sessions), plan.lateness, plan.early_min, plan.p_no_show)
