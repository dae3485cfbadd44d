"""Let ambulances drive to other hospitals than those that were chosen for their patients."""

from dataclasses import replace

import numpy as np

from sim.cohort import Cohort
from sim.layout import Layout
from sim.log import Log
from sim.scenario import Scenario
from sim.units import IntArray


def own_copy(scenario: Scenario, cohort: Cohort) -> Cohort:
    """Return the cohort, with minutes of its own if a policy may decide where ambulances drive to."""
    return replace(cohort, minutes=cohort.minutes.copy()) if scenario.dispatch else cohort


def redirect(layout: Layout, cohort: Cohort, log: Log, patients: IntArray, hospitals: IntArray) -> None:
    """Note that patients come to other hospitals, and let their drives, if any, last as long as the ways there."""
    ways = cohort.ways(layout)
    if ways is not None:
        before = np.array([log.brought.get(one, chosen) for one, chosen in _chosen(cohort, patients)], dtype=np.int64)
        ways.lengthen(patients, before, -1.0)
        ways.lengthen(patients, hospitals)
    np.frombuffer(log.hospital_at, dtype=np.int16).reshape(cohort.n_patients, -1)[patients] = hospitals[:, None]
    log.brought.update(zip(patients.tolist(), hospitals.tolist(), strict=True))


def _chosen(cohort: Cohort, patients: IntArray) -> list[tuple[int, int]]:
    return list(zip(patients.tolist(), cohort.hospital[patients].tolist(), strict=True))
