"""State in which other places of their hospital patients may lie who wait for a place."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from math import inf

from sim.faults import Fault


@dataclass(frozen=True, slots=True)
class OutlierRules:
    """Let a policy look at those who wait for places every so many minutes, and put them elsewhere in their hospital.

    `elsewhere` names for each place the codes of others that will do, best liked first. An outlier stays there until
    the phase ends, and holds the place as any other patient does.
    """

    review_every_min: float = 30.0
    elsewhere: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def faults(self) -> Iterator[Fault]:
        """Yield faults of the review interval, and of places that stand in for themselves, or twice."""
        if not 0 < self.review_every_min < inf:
            yield Fault("outliers.review_every_min", self.review_every_min, "give minutes above zero")
        for code, others in self.elsewhere.items():
            if len({code, *others}) <= len(others):
                yield Fault(f"outliers.elsewhere.{code}", list(others), "name other places, each once")

    def place_faults(self, places: Collection[str]) -> Iterator[Fault]:
        """Yield a fault for every code that is none of these places."""
        for code, others in self.elsewhere.items():
            for one in (code, *others):
                if one not in places:
                    mend = f"name places of the city: {', '.join(sorted(places))}"
                    yield Fault(f"outliers.elsewhere.{code}", one, mend)
