"""State from when on the monitor gives an alert, and what transport and power weigh in carbon."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import inf

from sim.faults import Fault


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Give an alert when R = S / D is below `least_ratio`, or use above `most_used_share`, for `least_hours` on end.

    P61 holds R of cities, P65 says from which occupancy on crises are regular. `least_ratio` 0 gives no alert of R.
    """

    least_ratio: float = 1.0
    most_used_share: float = 0.9
    least_hours: int = 1

    def faults(self, field: str) -> Iterator[Fault]:
        """Yield faults of both thresholds and of the length."""
        if not 0 <= self.least_ratio < inf:
            yield Fault(f"{field}.least_ratio", self.least_ratio, "give a ratio of zero or more")
        if not 0 < self.most_used_share <= 1:
            yield Fault(f"{field}.most_used_share", self.most_used_share, "give a share above 0, at most 1")
        if self.least_hours < 1:
            yield Fault(f"{field}.least_hours", self.least_hours, "give at least one hour")


@dataclass(frozen=True, slots=True)
class CarbonFactors:
    """Weigh what sharing moves and opens, in kg CO2 equivalent.

    `transfer_kg` is one ambulance response (P92). Cars of staff and vans of couriers weigh by kilometer of road
    (assumptions A-CARBON-CAR, A-CARBON-VAN), an opened hour of equipment by its power, by code (P93: MRI scanning 29
    to 48 kW, its middle; P94: CT idle; `other_kw` for what is not named, A-CARBON-OTHER) and `grid_kg_per_kwh`
    (A-CARBON-GRID). Roads are `road_factor` times as long as the line through the air (P86).
    """

    transfer_kg: float = 31.3
    car_kg_per_km: float = 0.17
    van_kg_per_km: float = 0.25
    grid_kg_per_kwh: float = 0.35
    power_kw: dict[str, float] = field(default_factory=lambda: {"ct_scanner": 2.6, "mri_scanner": 38.5})
    other_kw: float = 1.0
    road_factor: float = 1.3

    def faults(self, place: str) -> Iterator[Fault]:
        """Yield a fault for every factor that is negative or not finite."""
        names = ("transfer_kg", "car_kg_per_km", "van_kg_per_km", "grid_kg_per_kwh", "other_kw", "road_factor")
        numbers = {name: getattr(self, name) for name in names}
        for name, number in (numbers | {f"power_kw.{code}": kw for code, kw in self.power_kw.items()}).items():
            if not 0 <= number < inf:
                yield Fault(f"{place}.{name}", number, "give a finite number, zero or more")


@dataclass(frozen=True, slots=True)
class MonitorRules:
    """Set the thresholds of alerts, which seats are asked at once on an alert, and what carbon weighs.

    `replan_on_alert` names seats that decide at reviews. Their policies are asked again when the city is short, at
    most once in `least_gap_min` minutes for each seat; the monitor looks every `look_every_min`. An hour that a
    patient waits counts as `wait_cost_per_hour` (A-WAIT-PRICE). With
    `agency_used_share`, staff are missing where the work of a shift would keep those on duty busier than that.
    """

    thresholds: Thresholds = field(default_factory=Thresholds)
    replan_on_alert: tuple[str, ...] = ()
    look_every_min: float = 15.0
    least_gap_min: float = 60.0
    carbon: CarbonFactors = field(default_factory=CarbonFactors)
    wait_cost_per_hour: float = 18.0
    agency_used_share: float | None = None

    def faults(self) -> Iterator[Fault]:
        """Yield faults of thresholds, seats, times and factors."""
        yield from self.thresholds.faults("monitor.thresholds")
        yield from self.carbon.faults("monitor.carbon")
        for seat in self.replan_on_alert:
            if seat not in REPLANNED:
                yield Fault("monitor.replan_on_alert", seat, f"name seats among {', '.join(REPLANNED)}")
        for name, least in (("look_every_min", 1.0), ("least_gap_min", 0.0)):
            if not least <= getattr(self, name) < inf:
                yield Fault(f"monitor.{name}", getattr(self, name), f"give finite minutes of {least:g} or more")
        if not 0 <= self.wait_cost_per_hour < inf:
            yield Fault("monitor.wait_cost_per_hour", self.wait_cost_per_hour, "give a price of zero or more")
        if self.agency_used_share is not None and not 0 < self.agency_used_share <= 1:
            yield Fault("monitor.agency_used_share", self.agency_used_share, "give a share above 0, at most 1")


REPLANNED = ("transfer", "staffing", "equipment")
"""Seats whose policies can be asked before their next review."""
