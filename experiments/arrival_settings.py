"""Describe the shape of arrivals in a configuration: sources of their own, each with a pattern.

A source names where its patients come from (`zone`) or go to (`hospital`), their conditions with weights, and one
pattern under `arrivals`: `weekly`, `scheduled`, `burst` or `replay`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from re import fullmatch

from experiments.city_settings import DAYS_PER_WEEK, HOURS_PER_DAY, negative_faults, profile_faults
from sim.arrivals import Burst, season_faults
from sim.distributions import Distribution, Fixed
from sim.faults import Fault
from sim.scenario import Patience

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CLOCK = r"([01]?\d|2[0-3]):([0-5]\d)"
MINUTES_PER_HOUR = 60


@dataclass(slots=True)
class WeeklySettings:
    """Set how many patients come a day on average, and when; profiles are relative, only their shape counts.

    `season` multiplies by 12 factors, one for each month, or 52, one for each week of the year.
    """

    per_day: float
    hourly_profile: list[float] = field(default_factory=lambda: [1.0] * HOURS_PER_DAY)
    weekday_profile: list[float] = field(default_factory=lambda: [1.0] * DAYS_PER_WEEK)
    season: list[float] | None = None

    def faults(self, place: str) -> Iterator[Fault]:
        """Yield faults of the rate, the profiles and the season."""
        yield from negative_faults(self, ("per_day",), place)
        yield from profile_faults(self.hourly_profile, HOURS_PER_DAY, f"{place}.hourly_profile")
        yield from profile_faults(self.weekday_profile, DAYS_PER_WEEK, f"{place}.weekday_profile")
        if self.season is not None:
            yield from season_faults(self.season, f"{place}.season")


@dataclass(slots=True)
class SessionSettings:
    """Set appointments on some weekdays: `patients` at `first` and every `every_min` minutes until `last`."""

    days: list[str]
    first: str
    last: str
    every_min: float
    patients: int = 1

    def faults(self, place: str) -> Iterator[Fault]:
        """Yield faults of days, times of day, the interval and the number."""
        for day in self.days:
            if day not in DAYS:
                yield Fault(f"{place}.days", day, f"name days out of {', '.join(DAYS)}")
        for name in ("first", "last"):
            if not fullmatch(CLOCK, getattr(self, name)):
                yield Fault(f"{place}.{name}", getattr(self, name), "write a time of day in quotes, such as '08:30'")
        if not self.every_min > 0:
            yield Fault(f"{place}.every_min", self.every_min, "give minutes above zero")
        if self.patients < 1:
            yield Fault(f"{place}.patients", self.patients, "give at least one patient")

    def times_min(self) -> list[float]:
        """Return the appointments in minutes since Monday midnight."""
        first, last = _minutes_of_day(self.first), _minutes_of_day(self.last)
        n = int((last - first) / self.every_min + 1e-9) + 1 if last >= first else 0
        starts = [1440.0 * DAYS.index(day) + first for day in self.days]
        return [start + k * self.every_min for start in starts for k in range(n) for _ in range(self.patients)]


@dataclass(slots=True)
class ScheduledSettings:
    """Set appointments: weekly `sessions`, or a list of `times_min` in minutes since time zero.

    Patients arrive `lateness` after their appointment, less `early_min`, and stay away with probability `p_no_show`.
    """

    sessions: list[SessionSettings] = field(default_factory=list)
    times_min: list[float] = field(default_factory=list)
    lateness: Distribution = field(default_factory=lambda: Fixed(0.0))
    early_min: float = 0.0
    p_no_show: float = 0.0

    def faults(self, place: str) -> Iterator[Fault]:
        """Yield a fault unless there are either sessions or times."""
        if bool(self.sessions) == bool(self.times_min):
            yield Fault(place, [len(self.sessions), len(self.times_min)], "give either sessions or times_min")


@dataclass(slots=True)
class ReplaySettings:
    """Name a CSV file of recorded arrivals; `experiments.files.recorded` says which columns it has."""

    file: str


@dataclass(slots=True)
class ArrivalSettings:
    """Choose one pattern of arrivals."""

    weekly: WeeklySettings | None = None
    scheduled: ScheduledSettings | None = None
    burst: Burst | None = None
    replay: ReplaySettings | None = None

    def faults(self, place: str) -> Iterator[Fault]:
        """Yield a fault unless exactly one pattern is given."""
        given = [item.name for item in fields(self) if getattr(self, item.name) is not None]
        if len(given) != 1:
            yield Fault(place, given, f"give exactly one of {', '.join(item.name for item in fields(self))}")


@dataclass(slots=True)
class SourceSettings:
    """Describe one stream of patients besides those of the city's demand; `conditions` holds weights.

    Patients `listed_for` a kind of pool, such as theatres, are referred when they would arrive, and wait on their
    hospital's list until they are called; `at_start` of them are on it at time zero.
    """

    arrivals: ArrivalSettings
    conditions: dict[str, float] = field(default_factory=dict)
    zone: str | None = None
    hospital: str | None = None
    patience: Patience | None = None
    listed_for: str | None = None
    at_start: int = 0

    def faults(self, place: str) -> Iterator[Fault]:
        """Yield faults of the weights and of where patients come from."""
        if self.at_start < 0 or (self.at_start and self.listed_for is None):
            mend = "give zero or more patients, and say with listed_for on which list they wait"
            yield Fault(f"{place}.at_start", self.at_start, mend)
        for name, weight in self.conditions.items():
            if weight < 0:
                yield Fault(f"{place}.conditions.{name}", weight, "give a weight of zero or more")
        if self.arrivals.replay is None:
            if (self.zone is None) == (self.hospital is None):
                yield Fault(place, (self.zone, self.hospital), "name a zone or a hospital, not both")
            if not sum(self.conditions.values()) > 0:
                yield Fault(f"{place}.conditions", self.conditions, "give at least one condition a weight above zero")


def _minutes_of_day(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * MINUTES_PER_HOUR + int(minutes)
