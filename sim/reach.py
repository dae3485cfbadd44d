"""Check that what pathways need is there: pools, orders of service that go together, other hospitals, medicines."""

from collections.abc import Callable, Iterator

from sim.city import City, Discipline
from sim.faults import Fault
from sim.pathway import Pathway, Step
from sim.platform.kinds import SharedKind
from sim.terms import Terms, owners_of


def missing_pools(city: City, pathways: tuple[Pathway, ...], reaching: Callable[[int], set[str]]) -> Iterator[Fault]:
    """Refuse a hospital that receives patients on a pathway it has no pool for: they could never proceed.

    `reaching` returns the names of the pathways of those who come to a hospital.
    """
    needs = {pathway.name: pathway.pool_codes for pathway in pathways}
    for index, hospital in enumerate(city.hospitals):
        have = {pool.code for pool in hospital.pools}
        for pathway in sorted(reaching(index) & needs.keys()):
            for code in sorted(needs[pathway] - have):
                mend = f"add the pool {code!r}, which pathway {pathway!r} needs, or send no such patients here"
                yield Fault(f"city.hospitals.{hospital.id}.pools", sorted(have), mend)


def unserved_needs(city: City, pathways: tuple[Pathway, ...]) -> Iterator[Fault]:
    """Refuse pools of hospitals that are not there, medicines nobody keeps, and orders that do not go together."""
    kept = {shelf.medicine for hospital in city.hospitals for shelf in hospital.shelves}
    for pathway in pathways:
        for phase in pathway.phases:
            field = f"pathways.{pathway.name}.{phase.name}"
            yield from _elsewhere(city, {phase.place} if phase.place else set(), f"{field}.place")
            for step in phase.steps:
                yield from _step_faults(city, step, f"{field}.{step.name}")
                for medicine, _ in step.medicines:
                    if medicine not in kept:
                        mend = f"keep it on a shelf of some hospital; kept are {', '.join(sorted(kept)) or 'none'}"
                        yield Fault(f"{field}.{step.name}.medicines", medicine, mend)


def unagreed_needs(
    city: City, pathways: tuple[Pathway, ...], terms: Terms, reaching: Callable[[int], set[str]]
) -> Iterator[Fault]:
    """Refuse steps and places that some hospital's patients may have nowhere at some time, for want of an agreement.

    `reaching` returns the names of the pathways of those who come to a hospital.
    """
    for user, hospital in enumerate(city.hospitals):
        for pathway in (one for one in pathways if one.name in reaching(user)):
            for phase in pathway.phases:
                field = f"pathways.{pathway.name}.{phase.name}"
                places = owners_of(city, user, [phase.place] if phase.place else [])
                if not all(terms.always(SharedKind.BED, owner, user) for owner in places):
                    mend = f"let its hospital agree with {hospital.id} on beds for the whole run"
                    yield Fault(f"{field}.place", phase.place, mend)
                for step in phase.steps:
                    every = [owners_of(city, user, codes) for codes in step.choices]
                    sure = (all(terms.always(SharedKind.EQUIPMENT, one, user) for one in owners) for owners in every)
                    if not any(sure):
                        mend = f"add an alternative that {hospital.id} has itself, or agree for the whole run"
                        yield Fault(f"{field}.{step.name}.needs", list(step.needs), mend)


def drive_faults(city: City, pathways: tuple[Pathway, ...]) -> Iterator[Fault]:
    """Refuse drives that do not begin a pathway, more than one of them, and ways that nobody knows."""
    for pathway in pathways:
        found = [(phase, step) for phase in pathway.phases for step in phase.steps if step.drives]
        for phase, step in found:
            field = f"pathways.{pathway.name}.{phase.name}.{step.name}.duration"
            if phase is not pathway.phases[0] or len(found) > 1:
                yield Fault(field, "drive", "let one step of the first phase drive the patient to the hospital")
            if city.zone_travel_min is None:
                yield Fault(field, "drive", "give the city zone_travel_min, the minutes from zones to hospitals")


def _step_faults(city: City, step: Step, field: str) -> Iterator[Fault]:
    """Yield faults of needs elsewhere, and of pools that serve in different orders.

    One rank orders all that a step waits for: those who ask in turn would stand before those who are ranked by acuity,
    and credit is known to one pool alone.
    """
    codes = {code for choice in step.choices for code in choice}
    yield from _elsewhere(city, codes, f"{field}.needs")
    if step.set_up and not city.interruptible.isdisjoint(codes):
        mend = "let the patient in hand be finished: no preemption, shift ends and breakdowns that finish"
        yield Fault(f"{field}.set_up", sorted(city.interruptible & codes), mend)
    if any(_disagree(city.disciplines(h, codes)) for h in range(len(city.hospitals))):
        mend = "serve all its pools first come first served, or none; let credit order one pool alone"
        yield Fault(f"{field}.needs", sorted(codes), mend)


def _elsewhere(city: City, codes: set[str], field: str) -> Iterator[Fault]:
    for code in sorted(code for code in codes if "@" in code):
        if city.pool(0, code) is None:
            known = sorted(f"{pool.code}@{hospital.id}" for hospital in city.hospitals for pool in hospital.pools)
            yield Fault(field, code, f"name a pool that its hospital has, such as {', '.join(known[:3])}")


def _disagree(disciplines: list[Discipline]) -> bool:
    """Say whether pools of these disciplines cannot be waited for at once."""
    in_turn = {discipline is Discipline.FIFO for discipline in disciplines}
    return len(in_turn) > 1 or (len(disciplines) > 1 and Discipline.ACCUMULATING in disciplines)
