"""State what is known of the nursing of wards: who nurses where, how many patients each, and who lies apart."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import inf

from sim.faults import Fault

AGE_FEATURE = "age_years"
"""The feature of patients that holds their age, in years."""


@dataclass(frozen=True, slots=True)
class Nursing:
    """Name the staff that nurses a kind of place, and how many ordinary patients one of them takes in a shift."""

    nurses: str
    patients_each: float


@dataclass(frozen=True, slots=True)
class WardRules:
    """Set how patients of waiting lists are nursed, by the code of the place that they hold.

    A patient is as much work as `load_by_day` ordinary ones: on the first day after coming, the second, and so on, the
    last number counting for all later days. Rooms have `beds_per_room`. `apart` names an attribute of two values whose
    bearers share no room, such as sex; "" for none. Patients of one room are better of one age: groups end at the years
    of `age_limits`, none given is one group. Plans use all this; the world itself has beds, and nurses on rosters.
    """

    nursing: dict[str, Nursing] = field(default_factory=dict)
    load_by_day: tuple[float, ...] = (1.0,)
    beds_per_room: int = 4
    apart: str = ""
    age_limits: tuple[float, ...] = ()

    def faults(self) -> Iterator[Fault]:
        """Yield faults of numbers that cannot be, each with its field under `lists.wards`."""
        for code, one in self.nursing.items():
            if not 0 < one.patients_each < inf:
                yield Fault(f"lists.wards.nursing.{code}.patients_each", one.patients_each, "give a number above zero")
        if not self.load_by_day or not all(0 < load < inf for load in self.load_by_day):
            yield Fault("lists.wards.load_by_day", self.load_by_day, "give at least one number above zero")
        if self.beds_per_room < 1:
            yield Fault("lists.wards.beds_per_room", self.beds_per_room, "give at least 1")
        if list(self.age_limits) != sorted(set(self.age_limits)):
            yield Fault("lists.wards.age_limits", self.age_limits, "give years that rise")

    def name_faults(self, pools: set[str], attributes: dict[str, int]) -> Iterator[Fault]:
        """Yield faults of pools that nobody has, and of an attribute without exactly two values."""
        for code, one in self.nursing.items():
            for name, place in (
                (code, f"lists.wards.nursing.{code}"),
                (one.nurses, f"lists.wards.nursing.{code}.nurses"),
            ):
                if name not in pools:
                    yield Fault(place, name, f"name one of {', '.join(sorted(pools))}")
        if self.apart and attributes.get(self.apart) != 2:
            known = sorted(name for name, n_values in attributes.items() if n_values == 2)
            yield Fault(
                "lists.wards.apart", self.apart, f"name an attribute of two values: {', '.join(known) or 'none'}"
            )
