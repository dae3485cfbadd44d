"""Find, after a run, the uses of equipment by patients of other hospitals."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from sim.city import Kind
from sim.cohort import Cohort
from sim.layout import Layout
from sim.log import Log
from sim.partner_choices import steps_at_partners
from sim.pathway import Step
from sim.routes import numbered_pools

ASKED, STARTED = 1, 2
Moment = tuple[str, float]


class PartnerUse(NamedTuple):
    """Name whose equipment was used by a patient of whom, and when that was asked for and began."""

    owner: int
    user: int
    asked_min: float
    started_min: float


def partner_uses(layout: Layout, cohort: Cohort, log: Log) -> list[PartnerUse]:
    """Return the uses of equipment at other hospitals than the patient's, in order of their start.

    What begins at one instant with equipment of one code is matched one to one with the patients whose step begins
    then, their own hospital's first, as every request takes its own first. A use that was interrupted counts once.
    """
    if not any(steps_at_partners(layout.scenario)):
        return []
    started = _started(layout, cohort, log)
    found = []
    for moment, pieces in _pieces(layout, log).items():
        users = started.get(moment, [])
        abroad = []
        for owner, asked_min in pieces:
            if owner in users:
                users.remove(owner)
            else:
                abroad.append((owner, asked_min))
        found += [
            PartnerUse(owner, user, asked_min, moment[1])
            for (owner, asked_min), user in zip(abroad, users, strict=False)
        ]
    return sorted(found, key=lambda use: (use.started_min, use.owner, use.user))


def _pieces(layout: Layout, log: Log) -> dict[Moment, list[tuple[int, float]]]:
    """Return for each code and instant the hospitals whose equipment began to be used, and when that was asked for."""
    pools = list(numbered_pools(layout.scenario))
    found: dict[Moment, list[tuple[int, float]]] = {}
    for piece in log.usage.pieces:
        hospital, pool = pools[int(piece[0])]
        if pool.kind is Kind.EQUIPMENT and piece[STARTED] == piece[STARTED]:
            found.setdefault((pool.code, piece[STARTED]), []).append((hospital, piece[ASKED]))
    return found


def _started(layout: Layout, cohort: Cohort, log: Log) -> dict[Moment, list[int]]:
    """Return for each code and instant the hospitals of the patients whose step began with such equipment."""
    if not cohort.n_patients:
        return {}
    marks = np.frombuffer(log.marks).reshape(cohort.n_patients, -1)
    hospital_at = np.frombuffer(log.hospital_at, dtype=np.int16).reshape(cohort.n_patients, -1)
    found: dict[Moment, list[int]] = {}
    for p, phase, step in _steps(layout):
        rows = np.flatnonzero(cohort.pathway == p)
        moments = marks[rows, layout.mark_index[f"{phase}.{step.name}_started"]]
        here = hospital_at[rows, layout.phase_index[phase]]
        begun = ~np.isnan(moments)
        codes = {code.partition("@")[0] for code in step.needs}
        for moment, hospital in zip(moments[begun].tolist(), here[begun].tolist(), strict=True):
            for code in codes:
                found.setdefault((code, moment), []).append(hospital)
    return found


def _steps(layout: Layout) -> Iterator[tuple[int, str, Step]]:
    """Yield the steps whose uses are logged in pieces: pathway, phase and step."""
    for p, pathway in enumerate(layout.scenario.pathways):
        for phase in pathway.phases:
            yield from ((p, phase.name, step) for step in phase.steps if not layout.is_plain(step))
