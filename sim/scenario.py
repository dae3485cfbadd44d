"""Describe a whole world: a city, its patients, their pathways, the time observed and the rules of sharing."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from math import inf
from typing import Protocol

import numpy as np

from sim.admission_rules import AdmissionRules
from sim.census import Census
from sim.choices import Choice
from sim.city import City, Kind
from sim.dependence import dependence_faults
from sim.destinations import DispatchRules
from sim.faults import Fault, ScenarioError
from sim.list_pathways import listing_faults
from sim.loan_rules import LoanRules
from sim.openings import OpeningRules
from sim.outlier_rules import OutlierRules
from sim.pathway import Pathway
from sim.patience import Deterioration, Returns
from sim.patience import Patience as Patience
from sim.platform.agreements import Agreement
from sim.platform.thresholds import MonitorRules
from sim.post_rules import Posts
from sim.reach import drive_faults, missing_pools, unagreed_needs, unserved_needs
from sim.records import Records
from sim.rings import place_rings
from sim.roster_rules import RosterRules
from sim.shelves import ExchangeRules
from sim.sources import Condition as Condition
from sim.sources import Source as Source
from sim.subgroups import Shift, shift_faults
from sim.terms import Terms, agreement_faults
from sim.transfer_rules import Tiers as Tiers
from sim.transfer_rules import TransferRules as TransferRules
from sim.units import ACUITIES, FloatArray


class Checked(Protocol):
    """Check itself."""

    def faults(self) -> Iterator[Fault]:
        """Yield every fault found."""
        ...


class Sight(StrEnum):
    """Say what a policy may know about the free beds of other hospitals."""

    NONE = "none"
    DELAYED = "delayed"
    LIVE = "live"


@dataclass(frozen=True, slots=True)
class Information:
    """Set the information condition; `delay_min` counts only when the sight is delayed.

    With `aggregate_only`, counts of less than `SMALLEST_COUNT` that are not zero are unknown, as those of so few people
    could name them. `records` say which tests of others are seen; without them nobody repeats anything.
    """

    sight: Sight = Sight.LIVE
    delay_min: float = 0.0
    aggregate_only: bool = False
    records: Records | None = None

    def faults(self) -> Iterator[Fault]:
        """Yield a fault for a delay that is negative, or zero although the sight is delayed."""
        if not self.delay_min >= 0 or (self.sight is Sight.DELAYED and self.delay_min == 0):
            yield Fault("information.delay_min", self.delay_min, "give minutes above zero, or set the sight to live")
        if self.records is not None:
            yield from self.records.faults("information.records")


@dataclass(frozen=True, slots=True, eq=False)
class CaseMix:
    """Describe what can be seen of a patient at the door, given the true acuity.

    Feature j of a patient with acuity a is Normal(`mean[a-1, j]`, `sd[a-1, j]`), kept between `low[j]` and `high[j]`.
    `nurse_share[a-1, b-1]` is the probability that a nurse says b. Shapes (5, k), (5, k), (k,), (k,), (5, 5). `shifts`
    are added to features of patients with certain attributes.
    """

    features: tuple[str, ...]
    mean: FloatArray
    sd: FloatArray
    low: FloatArray
    high: FloatArray
    nurse_share: FloatArray
    shifts: tuple[Shift, ...] = ()

    def faults(self) -> Iterator[Fault]:
        """Yield faults of shapes, spreads, ranges and rows that do not sum to 1."""
        k = len(self.features)
        for name, table, least in (("mean", self.mean, -inf), ("sd", self.sd, 0.0)):
            if table.shape != (ACUITIES, k):
                yield Fault(f"case_mix.{name}", table.shape, f"give {ACUITIES} rows of {k} features")
            for number in table[~(np.isfinite(table) & (table >= least))][:1].tolist():
                yield Fault(f"case_mix.{name}", number, f"give finite numbers, at least {least}")
        yield from self._range_faults(k)
        rows = self.nurse_share
        if rows.shape != (ACUITIES, ACUITIES) or np.any(rows < 0) or not np.allclose(rows.sum(axis=1), 1.0):
            yield Fault("case_mix.nurse_share", rows.tolist(), "give five rows of five shares that sum to 1")

    def _range_faults(self, k: int) -> Iterator[Fault]:
        for name, bound in (("low", self.low), ("high", self.high)):
            if bound.shape != (k,):
                yield Fault(f"case_mix.{name}", bound.shape, f"give one number for each of {k} features")
        if self.low.shape == self.high.shape == (k,):
            for j in np.flatnonzero(~(self.low <= self.high)).tolist():
                mend = f"give no more than high ({self.high[j]})"
                yield Fault(f"case_mix.features.{self.features[j]}.low", float(self.low[j]), mend)


@dataclass(frozen=True, slots=True)
class Horizon:
    """Set what is simulated: a warm-up that is not counted, then the time that is."""

    warm_up_min: float
    measured_min: float

    @property
    def end_min(self) -> float:
        """Return the moment at which the simulation stops."""
        return self.warm_up_min + self.measured_min

    def faults(self) -> Iterator[Fault]:
        """Yield faults of a negative warm-up, nothing measured, or a run without end."""
        if not 0 <= self.warm_up_min < inf:
            yield Fault("horizon.warm_up_min", self.warm_up_min, "give minutes of zero or more")
        if not 0 < self.measured_min < inf:
            yield Fault("horizon.measured_min", self.measured_min, "give minutes above zero")


@dataclass(frozen=True, slots=True, eq=False)
class Scenario:
    """Describe a world completely; a `Network` is made from it, moves, and is thrown away."""

    name: str
    city: City
    pathways: tuple[Pathway, ...]
    conditions: tuple[Condition, ...]
    sources: tuple[Source, ...]
    case_mix: CaseMix
    patience: Patience
    horizon: Horizon
    transfers: TransferRules
    information: Information
    attributes: tuple[Choice, ...] = ()
    deterioration: Deterioration | None = None
    returns: Returns | None = None
    census: Census | None = None
    loans: LoanRules = field(default_factory=LoanRules)
    rosters: RosterRules = field(default_factory=RosterRules)
    dispatch: DispatchRules | None = None
    posts: Posts | None = None
    openings: OpeningRules = field(default_factory=OpeningRules)
    exchange: ExchangeRules = field(default_factory=ExchangeRules)
    agreements: tuple[Agreement, ...] | None = None
    monitor: MonitorRules = field(default_factory=MonitorRules)
    lists: AdmissionRules = field(default_factory=AdmissionRules)
    outliers: OutlierRules | None = None

    def checked(self) -> "Scenario":
        """Return the scenario itself.

        Raises:
            ScenarioError: with every fault found, each naming field, value and mend.
        """
        faults = tuple(self.faults())
        if faults:
            raise ScenarioError(faults)
        return self

    def faults(self) -> Iterator[Fault]:
        """Yield the faults of every part, then of what the parts say of each other."""
        sharing: tuple[Checked, ...] = (self.monitor, self.transfers, self.information, self.loans, self.rosters)
        sharing += (self.openings, self.exchange, self.lists)
        rules: tuple[Checked, ...] = (self.case_mix, self.patience, self.horizon, *sharing)
        some = (self.outliers, self.deterioration, self.returns, self.dispatch, self.posts)
        optional = [part for part in some if part is not None]
        parts: tuple[Checked, ...] = (self.city, *self.pathways, *self.conditions, *self.sources, *rules, *optional)
        for part in parts:
            yield from part.faults()
        for attribute in self.attributes:
            yield from attribute.faults(f"attributes.{attribute.name}")
        yield from shift_faults(self.case_mix.shifts, self.case_mix.features, self.attributes)
        codes = (pool.code for hospital in self.city.hospitals for pool in hospital.pools)
        yield from self.loans.name_faults(codes, (hospital.id for hospital in self.city.hospitals))
        if self.lists.wards:
            named = {attribute.name: len(attribute.options) for attribute in self.attributes}
            yield from self.lists.wards.name_faults(set(self.city.pool_codes), named)
        naming = list(self._naming_faults())
        yield from naming
        yield from self._position_faults()
        if not naming:
            yield from listing_faults(self.sources, self.conditions, self.pathways)
        if self._reach_is_known():
            yield from missing_pools(self.city, self.pathways, self._pathways_reaching)
            if self.agreements is not None:
                terms = Terms(self.city, self.agreements)
                yield from unagreed_needs(self.city, self.pathways, terms, self._pathways_reaching)
        yield from unserved_needs(self.city, self.pathways)
        yield from agreement_faults(self.city, self.agreements or ())
        yield from dependence_faults(self.pathways, self.conditions, self.attributes)
        elsewhere = self.outliers.elsewhere if self.outliers else {}
        if self.outliers:
            yield from self.outliers.place_faults(self.city.codes_of(Kind.PLACE))
        yield from place_rings(self.pathways, elsewhere)
        yield from drive_faults(self.city, self.pathways)
        if self.census is not None and not naming:
            pathways = {pathway.name: pathway for pathway in self.pathways}
            yield from self.census.faults(self.city.hospitals, [pathways[one.pathway] for one in self.conditions])

    def _naming_faults(self) -> Iterator[Fault]:
        """Yield faults of names given twice, which would share their random numbers, and of names unknown."""
        for part in ("pathways", "conditions", "sources"):
            names = [one.name for one in getattr(self, part)]
            for name in sorted({name for name in names if names.count(name) > 1}):
                yield Fault(part, name, "give every one its own name")
        pathways = [pathway.name for pathway in self.pathways]
        for condition in self.conditions:
            if condition.pathway not in pathways:
                yield Fault(
                    f"conditions.{condition.name}.pathway",
                    condition.pathway,
                    f"name one of {', '.join(pathways)}",
                )
        known = {condition.name for condition in self.conditions}
        for source in self.sources:
            for name in sorted(set(source.conditions) - known):
                yield Fault(f"sources.{source.name}.conditions", name, f"name one of {', '.join(sorted(known))}")

    def _position_faults(self) -> Iterator[Fault]:
        """Yield faults of no sources, and of sources that lie outside the city."""
        if not self.sources:
            yield Fault("sources", 0, "give at least one source of patients")
        for source in self.sources:
            for name, index, places in (
                ("zone", source.zone, self.city.zones),
                ("hospital", source.hospital, self.city.hospitals),
            ):
                if index >= len(places):
                    yield Fault(
                        f"sources.{source.name}.{name}", index, f"the city has {len(places)}; give an index below that"
                    )

    def _reach_is_known(self) -> bool:
        shape = len(self.city.zones), len(self.city.hospitals)
        return self.city.choice_share.shape == shape and not any(self._position_faults())

    def _pathways_reaching(self, hospital: int) -> set[str]:
        """Return the names of the pathways of those who come to a hospital."""
        pathway_of = {condition.name: condition.pathway for condition in self.conditions}
        return {pathway_of.get(name, "") for source in self._reaching(hospital) for name in source.conditions}

    def _reaching(self, hospital: int) -> Iterator[Source]:
        for source in self.sources:
            if source.hospital == hospital or (source.zone >= 0 and self.city.choice_share[source.zone, hospital] > 0):
                yield source
