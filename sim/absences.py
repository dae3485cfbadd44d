"""Draw who stays away of those who are called from waiting lists."""

from dataclasses import replace

import numpy as np

from sim.cohort import Cohort
from sim.scenario import Scenario
from sim.streams import Replication, stream


def with_absences(scenario: Scenario, cohort: Cohort, replication: Replication) -> Cohort:
    """Return the patients, of whom each listed one stays away with the probability of `scenario.lists`.

    Patient k of a source has the k-th draw of a stream of its own, whenever the patient is called.
    """
    if cohort.referred_min is None or not scenario.lists.p_no_show:
        return cohort
    comes = np.ones(cohort.n_patients, dtype=np.bool_) if cohort.comes is None else cohort.comes.copy()
    for number, source in enumerate(scenario.sources):
        mine = np.flatnonzero((cohort.source == number) & ~np.isnan(cohort.referred_min))
        u = stream(replication, source.name, "stays_away").random(len(mine))
        comes[mine] &= u >= scenario.lists.p_no_show
    return replace(cohort, comes=comes)
