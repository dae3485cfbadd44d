"""Let every hospital keep the medicines of a formulary: as many as it is expected to use until the next ones come."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from experiments.alike import cells, probabilities
from experiments.load import arrivals_per_min
from sim.city import City, Hospital
from sim.faults import Fault
from sim.pathway import Pathway
from sim.scenario import Condition, Scenario
from sim.shelves import Review, Shelf
from sim.units import MINUTES_PER_DAY


@dataclass(slots=True)
class FormularyLine:
    """Describe a medicine that every hospital keeps: its life, its price, and how more of it comes.

    Each hospital looks at its shelf every `review_days` and orders up to the level that meets what it is expected to
    want until the order after this one has come (`review_days` and `lead_days`) with probability `service_share`:
    a quantile of a Poisson distribution, at least 1. So much is there at the start. `use` is for pathways to refer to:
    a factor on how often their steps use the medicine.
    """

    life_days: float
    price: float
    review_days: float = 1.0
    lead_days: float = 1.0
    service_share: float = 0.95
    cold: bool = False
    controlled: bool = False
    use: float = 1.0

    def faults(self, place: str) -> Iterator[Fault]:
        """Yield faults of days, prices and shares that cannot be."""
        for name in ("life_days", "review_days"):
            if not getattr(self, name) > 0:
                yield Fault(f"{place}.{name}", getattr(self, name), "give days above zero")
        for name in ("price", "lead_days", "use"):
            if not getattr(self, name) >= 0:
                yield Fault(f"{place}.{name}", getattr(self, name), "give a number of zero or more")
        if not 0 < self.service_share < 1:
            yield Fault(f"{place}.service_share", self.service_share, "give a share above 0 and below 1")

    def shelf(self, medicine: str, per_day: float) -> Shelf:
        """Return the shelf of a hospital that is expected to want so many units a day."""
        from scipy.stats import poisson

        until_supplied = per_day * (self.review_days + self.lead_days)
        level = max(1.0, float(poisson.ppf(self.service_share, until_supplied)))
        return Shelf(
            medicine,
            at_start=level,
            life_min=self.life_days * MINUTES_PER_DAY,
            review=Review(self.review_days * MINUTES_PER_DAY, level, self.lead_days * MINUTES_PER_DAY),
            price=self.price,
            cold=self.cold,
            controlled=self.controlled,
        )


Formulary = Mapping[str, FormularyLine]


def kept(city: City, formulary: Formulary, per_day: Mapping[tuple[int, str], float] | None = None) -> City:
    """Return the city with a shelf for each medicine in every hospital, beside those that it describes itself.

    `per_day` are the units expected to be wanted by hospital and medicine; without it shelves are as small as can be.
    """

    def stocked(h: int, hospital: Hospital) -> Hospital:
        own = {shelf.medicine for shelf in hospital.shelves}
        lines = {name: line for name, line in formulary.items() if name not in own}
        shelves = [line.shelf(name, (per_day or {}).get((h, name), 0.0)) for name, line in lines.items()]
        return replace(hospital, shelves=(*hospital.shelves, *shelves))

    return replace(city, hospitals=tuple(stocked(h, one) for h, one in enumerate(city.hospitals)))


def wanted_per_day(scenario: Scenario) -> dict[tuple[int, str], float]:
    """Return the units of each medicine wanted a day in the long run, by hospital and medicine: arrivals times shares.

    Transfers, returns and those who leave early are not counted.
    """
    conditions = {one.name: one for one in scenario.conditions}
    pathways = {one.name: one for one in scenario.pathways}
    wanted: defaultdict[tuple[int, str], float] = defaultdict(float)
    for source in scenario.sources:
        by_hospital = (arrivals_per_min(scenario, source) * MINUTES_PER_DAY).tolist()
        for name, share in zip(source.conditions, source.condition_share.tolist(), strict=True):
            each = _wanted_by_each(scenario, conditions[name], pathways[conditions[name].pathway])
            for medicine, units in each.items():
                for hospital, per_day in enumerate(by_hospital):
                    wanted[hospital, medicine] += per_day * share * units
    return wanted


def _wanted_by_each(scenario: Scenario, condition: Condition, pathway: Pathway) -> dict[str, float]:
    """Return the mean units of each medicine that a patient of a condition wants."""
    wanted: defaultdict[str, float] = defaultdict(float)
    if not any(step.medicines for phase in pathway.phases for step in phase.steps):
        return wanted
    for p, cell in cells(scenario, condition, pathway):
        happens = probabilities(pathway, cell, p)
        for phase in pathway.phases:
            for step in phase.steps:
                for medicine, units in step.medicines:
                    wanted[medicine] += happens[f"{phase.name}.{step.name}"] * units
    return wanted
