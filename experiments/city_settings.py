"""Describe the shape of a city's configuration: hospitals, zones, demand, travel, shifts and scales."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from experiments.pool_rules import PoolRules, rule_faults
from sim.arrivals import season_faults
from sim.faults import Fault
from sim.shelves import Shelf

HOURS_PER_DAY = 24
DAYS_PER_WEEK = 7


@dataclass(slots=True)
class ScaleSettings:
    """Multiply a kind of supply in the whole city."""

    scale: float = 1.0

    def faults(self, place: str) -> Iterator[Fault]:
        """Yield a fault for a factor that is not above zero."""
        if self.scale <= 0:
            yield Fault(f"{place}.scale", self.scale, "give a factor above zero")


@dataclass(slots=True)
class HospitalSettings:
    """Describe one hospital: where it stands, how much it attracts, and what it has.

    `places` (beds, ED spaces) and `equipment` count units, `staff` counts people on duty in the first shift.
    `occupied_at_start` gives the share of each kind of bed that is taken at time zero. `electives_per_day`
    is a mean over all seven days; null means so many for each bed as `city.electives` says. `pool_rules` set rules of
    its own pools, `shelves` its own medicines, after those of the city. Hospitals of one `region` may be asked to fill
    each other's beds first (`transfers.tiers`).
    """

    name: str
    latitude: float
    longitude: float
    places: dict[str, int]
    staff: dict[str, int] = field(default_factory=dict)
    equipment: dict[str, int] = field(default_factory=dict)
    attraction: float = 1.0
    agreed: bool = True
    electives_per_day: float | None = None
    occupied_at_start: dict[str, float] = field(default_factory=dict)
    pool_rules: dict[str, PoolRules] = field(default_factory=dict)
    shelves: tuple[Shelf, ...] = ()
    region: str = ""

    def faults(self, place: str) -> Iterator[Fault]:
        """Yield faults of counts below zero and of shares outside [0, 1]."""
        for kind in ("places", "staff", "equipment"):
            for code, count in getattr(self, kind).items():
                if count < 0:
                    yield Fault(f"{place}.{kind}.{code}", count, "give zero or more; zero leaves the pool out")
        for code, share in self.occupied_at_start.items():
            if not 0 <= share <= 1:
                yield Fault(f"{place}.occupied_at_start.{code}", share, "give a share between 0 and 1")
            if code not in self.places:
                yield Fault(f"{place}.occupied_at_start.{code}", code, f"use one of {', '.join(self.places)}")
        yield from rule_faults(self.pool_rules, (*self.places, *self.staff, *self.equipment), f"{place}.pool_rules")
        yield from negative_faults(self, ("attraction", "electives_per_day"), place)


@dataclass(slots=True)
class ZoneSettings:
    """Describe one part of the city; its demand is its population times the city's rate of visits, times `demand`."""

    name: str
    latitude: float
    longitude: float
    population: float
    demand: float = 1.0

    def faults(self, place: str) -> Iterator[Fault]:
        """Yield faults of a negative population or demand."""
        yield from negative_faults(self, ("population", "demand"), place)


@dataclass(slots=True)
class DemandSettings:
    """Set how many emergency visits there are and when; profiles are relative, only their shape counts.

    `season` multiplies by 12 factors, one for each month, or 52, one for each week of the year.
    """

    visits_per_1000_per_year: float = 0.0
    hourly_profile: list[float] = field(default_factory=lambda: [1.0] * HOURS_PER_DAY)
    weekday_profile: list[float] = field(default_factory=lambda: [1.0] * DAYS_PER_WEEK)
    scale: float = 1.0
    season: list[float] | None = None

    def faults(self, place: str) -> Iterator[Fault]:
        """Yield faults of the rate, the scale, the two profiles and the season."""
        if self.season is not None:
            yield from season_faults(self.season, f"{place}.season")
        yield from profile_faults(self.hourly_profile, HOURS_PER_DAY, f"{place}.hourly_profile")
        yield from profile_faults(self.weekday_profile, DAYS_PER_WEEK, f"{place}.weekday_profile")
        yield from negative_faults(self, ("visits_per_1000_per_year", "scale"), place)


@dataclass(slots=True)
class ElectiveSettings:
    """Set how many planned patients come, when, and for which condition.

    `per_bed_per_day` counts patients for each bed of the kind `place`, on average over all seven days. `spread` moves
    them between hospitals: 1 leaves them as they are; at s, planned patients fill s - 1 times the beds by which a
    hospital was fuller at time zero than the city's mean, and leave as many free where it was emptier.
    """

    condition: str = "elective_surgery"
    place: str = "surgical_bed"
    per_bed_per_day: float = 0.0
    weekday_profile: list[float] = field(default_factory=lambda: [1.0] * 5 + [0.0] * 2)
    first_hour: int = 7
    last_hour: int = 10
    scale: float = 1.0
    spread: float = 1.0

    def faults(self, place: str) -> Iterator[Fault]:
        """Yield faults of the profile, the hours and the scale."""
        yield from profile_faults(self.weekday_profile, DAYS_PER_WEEK, f"{place}.weekday_profile")
        if not 0 <= self.first_hour < self.last_hour <= HOURS_PER_DAY:
            yield Fault(f"{place}.last_hour", self.last_hour, "give 0 <= first_hour < last_hour <= 24")
        yield from negative_faults(self, ("per_bed_per_day", "scale", "spread"), place)


@dataclass(slots=True)
class StartSettings:
    """Set who lies in the beds at time zero.

    `conditions` says, for each kind of bed, why they are there; `occupied_share` how many of the beds are taken
    in hospitals that do not say it themselves.
    """

    conditions: dict[str, str] = field(default_factory=dict)
    occupied_share: dict[str, float] = field(default_factory=dict)
    scale: float = 1.0

    def faults(self, place: str) -> Iterator[Fault]:
        """Yield faults of a negative scale, and of shares outside [0, 1]."""
        yield from negative_faults(self, ("scale",), place)
        for code, share in self.occupied_share.items():
            if not 0 <= share <= 1:
                yield Fault(f"{place}.occupied_share.{code}", share, "give a share between 0 and 1")


@dataclass(slots=True)
class TravelSettings:
    """Turn great-circle kilometers into minutes: km x `road_factor` / `speed_kmh`; `minutes` overrides pairs."""

    road_factor: float = 1.3
    speed_kmh: float = 30.0
    minutes: dict[str, dict[str, float]] = field(default_factory=dict)

    def faults(self, place: str) -> Iterator[Fault]:
        """Yield faults of a factor below one or a speed that is not above zero."""
        if self.road_factor < 1:
            yield Fault(f"{place}.road_factor", self.road_factor, "give at least 1; no road is shorter than the line")
        if self.speed_kmh <= 0:
            yield Fault(f"{place}.speed_kmh", self.speed_kmh, "give a speed above zero")


@dataclass(slots=True)
class ChoiceSettings:
    """Set which hospital patients choose: attraction x exp(-travel / `distance_min`); `shares` overrides zones."""

    distance_min: float = 10.0
    shares: dict[str, dict[str, float]] = field(default_factory=dict)

    def faults(self, place: str) -> Iterator[Fault]:
        """Yield a fault for a distance that is not above zero."""
        if self.distance_min <= 0:
            yield Fault(f"{place}.distance_min", self.distance_min, "give minutes above zero")


@dataclass(slots=True)
class ShiftSettings:
    """Set when the three shifts start, and which share of the first shift's staff each has, by role."""

    starts_hour: list[int] = field(default_factory=lambda: [7, 15, 23])
    share: dict[str, list[float]] = field(default_factory=dict)

    def faults(self, place: str) -> Iterator[Fault]:
        """Yield faults of starts out of order and of roles without one share for each shift."""
        starts = self.starts_hour
        if starts != sorted(set(starts)) or not all(0 <= hour < HOURS_PER_DAY for hour in starts) or not starts:
            yield Fault(f"{place}.starts_hour", starts, "give hours from 0 to 23 in rising order")
        for role, shares in self.share.items():
            yield from profile_faults(shares, len(starts), f"{place}.share.{role}")


@dataclass(slots=True)
class CitySettings:
    """Describe a city: by hospitals and zones written here, or by the files of `folder`. Scales hold for both.

    The pools in `first_come_first_served` take patients in the order in which they ask; all others by acuity first.
    `pool_rules` set other rules for all pools of a code, `crews` how many technicians of each repair crew there are,
    `shelves` the medicines that every hospital keeps.
    """

    name: str
    folder: str | None = None
    hospitals: dict[str, HospitalSettings] = field(default_factory=dict)
    zones: dict[str, ZoneSettings] = field(default_factory=dict)
    demand: DemandSettings = field(default_factory=DemandSettings)
    electives: ElectiveSettings = field(default_factory=ElectiveSettings)
    start: StartSettings = field(default_factory=StartSettings)
    travel: TravelSettings = field(default_factory=TravelSettings)
    choice: ChoiceSettings = field(default_factory=ChoiceSettings)
    shifts: ShiftSettings = field(default_factory=ShiftSettings)
    ward_beds: ScaleSettings = field(default_factory=ScaleSettings)
    icu_beds: ScaleSettings = field(default_factory=ScaleSettings)
    ed_spaces: ScaleSettings = field(default_factory=ScaleSettings)
    ambulances: ScaleSettings = field(default_factory=ScaleSettings)
    staff: ScaleSettings = field(default_factory=ScaleSettings)
    equipment: ScaleSettings = field(default_factory=ScaleSettings)
    first_come_first_served: list[str] = field(default_factory=list)
    pool_rules: dict[str, PoolRules] = field(default_factory=dict)
    crews: dict[str, int] = field(default_factory=dict)
    shelves: tuple[Shelf, ...] = ()


def negative_faults(settings: object, names: tuple[str, ...], place: str) -> Iterator[Fault]:
    """Yield a fault for every one of these numbers that is below zero."""
    for name in names:
        if (getattr(settings, name) or 0) < 0:
            yield Fault(f"{place}.{name}", getattr(settings, name), "give zero or more")


def profile_faults(profile: list[float], length: int, place: str) -> Iterator[Fault]:
    """Yield a fault for a profile of the wrong length, with negative entries, or with nothing above zero."""
    if len(profile) != length:
        yield Fault(place, len(profile), f"give {length} values")
    elif min(profile) < 0 or max(profile) == 0:
        yield Fault(place, profile, "give values of zero or more, not all zero")
