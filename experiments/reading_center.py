"""Let images be read at one center: they travel, patients do not, and all who read work for all hospitals."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from experiments.pathways import PathwayText
from experiments.schema import close_match
from sim.city import City, Hospital, Pool
from sim.distributions import Fixed
from sim.faults import Fault
from sim.graded import ALWAYS, Graded
from sim.pathway import Phase, Step
from sim.units import HOURS_PER_WEEK

Texts = dict[str, PathwayText]
SENT = "transmission"


@dataclass(slots=True)
class ReadingCenter:
    """Name the hospital where all of a role work whose steps need no patient, and how long images are on their way.

    Every step that needs the role alone is done there, after a transmission of `transmission_min`, those of the
    center's own patients as well (assumption A-READING).
    """

    hospital: str
    role: str = "radiologist"
    transmission_min: float = 5.0

    def faults(self, place: str) -> Iterator[Fault]:
        """Yield a fault for a time that is not finite or below zero."""
        if not 0 <= self.transmission_min < np.inf:
            yield Fault(f"{place}.transmission_min", self.transmission_min, "give minutes, zero or more")


def read_at_center(
    city: City, texts: Mapping[str, PathwayText], center: ReadingCenter | None, faults: list[Fault]
) -> tuple[City, Texts]:
    """Return the city with the role at the center only, and pathways whose steps are done there; append faults."""
    if center is None:
        return city, dict(texts)
    found = list(_name_faults(city, texts, center))
    faults.extend(found)
    return (city, dict(texts)) if found else (_pooled(city, center), _sent(texts, center))


def _name_faults(city: City, texts: Mapping[str, PathwayText], center: ReadingCenter) -> Iterator[Fault]:
    hospitals = [one.id for one in city.hospitals]
    if center.hospital not in hospitals:
        yield Fault("reading_center.hospital", center.hospital, close_match(center.hospital, hospitals))
    if center.role not in city.pool_codes:
        yield Fault("reading_center.role", center.role, close_match(center.role, sorted(city.pool_codes)))
    needs = [step.needs for text in texts.values() for phase in text.phases for step in phase.steps]
    if (center.role,) not in needs:
        mend = "choose pathways with a step that needs this role alone, such as planned_scans_read"
        yield Fault("reading_center.role", center.role, mend)
    elif any(center.role in some and len(some) > 1 for some in needs):
        yield Fault("reading_center.role", center.role, "choose a role that no step needs together with others")


def _pooled(city: City, center: ReadingCenter) -> City:
    """Return the city in which the rosters of the role are those of the center, hour by hour."""
    pools = [pool for hospital in city.hospitals for pool in hospital.pools if pool.code == center.role]
    levels = np.sum([np.resize(pool.levels, HOURS_PER_WEEK) for pool in pools], axis=0)
    joint = replace(pools[0], levels=tuple(int(level) for level in levels))

    def moved(hospital: Hospital) -> Hospital:
        others: tuple[Pool, ...] = tuple(pool for pool in hospital.pools if pool.code != center.role)
        return replace(hospital, pools=(*others, joint) if hospital.id == center.hospital else others)

    return replace(city, hospitals=tuple(map(moved, city.hospitals)))


def _sent(texts: Mapping[str, PathwayText], center: ReadingCenter) -> Texts:
    """Return the pathways with a transmission before every reading, and each reading done at the center."""

    def parts(step: Step) -> tuple[Step, ...]:
        if step.needs != (center.role,):
            return (step,)
        name = f"{step.name}_{SENT}"
        sent = Step(name, Graded((Fixed(center.transmission_min),)), p=step.p, after=step.after)
        return sent, replace(step, needs=(f"{center.role}@{center.hospital}",), p=ALWAYS, after=name)

    def with_steps(phase: Phase) -> Phase:
        return replace(phase, steps=tuple(part for step in phase.steps for part in parts(step)))

    return {name: replace(text, phases=tuple(map(with_steps, text.phases))) for name, text in texts.items()}
