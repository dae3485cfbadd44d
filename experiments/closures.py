"""Close pools of a hospital for a while, and let partners do its scans: what an outage takes, and what may help."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from experiments.pathways import PathwayText
from experiments.schema import close_match
from sim.city import City, Hospital, Maintenance, Pool
from sim.faults import Fault
from sim.pathway import Phase, Step
from sim.units import MINUTES_PER_DAY

NEVER_AGAIN_MIN = 1e9
"""A closure happens once: the next would come after two thousand years."""


@dataclass(slots=True)
class Closure:
    """Close all units of some pools of one hospital for `days`, beginning `from_day` days after the warm-up.

    Patients in hand are finished first: those in a bed stay until they may leave, and nobody new is let in.
    """

    hospital: str
    pools: list[str] = field(default_factory=list)
    from_day: float = 0.0
    days: float = 7.0

    def faults(self, place: str) -> Iterator[Fault]:
        """Yield faults of the days, and of nothing to close."""
        if not self.from_day >= 0:
            yield Fault(f"{place}.from_day", self.from_day, "give days of zero or more after the warm-up")
        if not 0 < self.days < NEVER_AGAIN_MIN / MINUTES_PER_DAY:
            yield Fault(f"{place}.days", self.days, "give days above zero")
        if not self.pools:
            yield Fault(f"{place}.pools", self.pools, "name at least one pool, such as ct_scanner")

    def window_min(self, warm_up_min: float) -> tuple[float, float]:
        """Return when it begins and when it ends, in minutes since time zero."""
        begins_min = warm_up_min + self.from_day * MINUTES_PER_DAY
        return begins_min, begins_min + self.days * MINUTES_PER_DAY


def closed(city: City, closures: Sequence[Closure], warm_up_min: float, faults: list[Fault]) -> City:
    """Return the city with planned outages of every unit that is closed; append faults of names that nobody has."""
    for index, closure in enumerate(closures):
        faults.extend(_name_faults(city, closure, f"closures[{index}]"))
    return replace(city, hospitals=tuple(_with_closures(one, closures, warm_up_min) for one in city.hospitals))


def _name_faults(city: City, closure: Closure, place: str) -> Iterator[Fault]:
    found = next((one for one in city.hospitals if one.id == closure.hospital), None)
    if found is None:
        yield Fault(
            f"{place}.hospital", closure.hospital, close_match(closure.hospital, [h.id for h in city.hospitals])
        )
        return
    known = [pool.code for pool in found.pools]
    for code in closure.pools:
        if code not in known:
            yield Fault(f"{place}.pools", code, close_match(code, known))


def _with_closures(hospital: Hospital, closures: Sequence[Closure], warm_up_min: float) -> Hospital:
    mine = [one for one in closures if one.hospital == hospital.id]
    if not mine:
        return hospital

    def with_outages(pool: Pool) -> Pool:
        windows = [one.window_min(warm_up_min) for one in mine if pool.code in one.pools]
        outages = (Maintenance(begins, NEVER_AGAIN_MIN, ends - begins, pool.establishment) for begins, ends in windows)
        return replace(pool, maintenance=(*pool.maintenance, *outages))

    return replace(hospital, pools=tuple(map(with_outages, hospital.pools)))


def at_partners(
    pathways: Mapping[str, PathwayText], city: City, named: Sequence[str], faults: list[Fault]
) -> dict[str, PathwayText]:
    """Return pathways whose steps so named, or that need equipment so named, may be done at any hospital that shares.

    Home is liked best. The staff who are needed with it are those of the same hospital. Patients are on the road there
    and back.
    """
    known = {pool.code for hospital in city.hospitals for pool in hospital.pools}
    known |= {step.name for text in pathways.values() for phase in text.phases for step in phase.steps if step.needs}
    for name in named:
        if name not in known:
            faults.append(Fault("scans_at_partners", name, close_match(name, sorted(known))))

    def shared(step: Step) -> Step:
        if not {step.name, *step.needs} & set(named):
            return step
        elsewhere = (
            tuple(f"{code}@{one.id}" for code in step.needs)
            for one in city.hospitals
            if one.agreed and all(one.pool(code) for code in step.needs)
        )
        return replace(step, or_needs=(*step.or_needs, *elsewhere), travels=True)

    def with_steps(phase: Phase) -> Phase:
        return replace(phase, steps=tuple(map(shared, phase.steps)))

    return {
        name: replace(text, phases=tuple(map(with_steps, text.phases))) if named else text
        for name, text in pathways.items()
    }
