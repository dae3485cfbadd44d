"""Build small scenarios for tests: one place, one queue, known answers."""

from collections.abc import Sequence

import numpy as np

from sim.city import City, Discipline, Hospital, Kind, Pool, Zone
from sim.contract import AssignTruth, Policies, TransferDecision, TransferView, TriageView
from sim.distributions import Distribution, Fixed
from sim.pathway import Graded, Pathway, Phase, Step
from sim.scenario import CaseMix, Condition, Horizon, Information, Patience, Scenario, Source, TransferRules
from sim.units import ACUITIES

NO_FEATURES = CaseMix((), *(np.zeros((ACUITIES, 0)),) * 2, *(np.zeros(0),) * 2, np.eye(ACUITIES))
RULES = TransferRules(review_every_min=1e9, placement=Fixed(0.0), crew_busy=Fixed(0.0), crews=1)


class KnowTruth:
    """Assign the true acuity."""

    def decide(self, view: TriageView) -> AssignTruth:
        return AssignTruth()


class Stay:
    """Move nobody."""

    def decide(self, view: TransferView) -> TransferDecision:
        nobody = np.empty(0, dtype=np.int64)
        return TransferDecision(nobody, nobody)


POLICIES = Policies(triage=KnowTruth(), transfer=Stay())


def one_queue(
    servers: int,
    rates_per_min: Sequence[float],
    service: Distribution,
    horizon: Horizon,
    patience: Patience | None = None,
) -> Scenario:
    """Return one clinic with a pool of servers; class k (acuity k + 1) arrives at `rates_per_min[k]`.

    With a patience, servers are places that patients wait for until it runs out; otherwise they are staff.
    """
    total = sum(rates_per_min)
    acuity = np.zeros(ACUITIES)
    acuity[: len(rates_per_min)] = np.asarray(rates_per_min) / total
    step = Step("service", Graded((service,)), () if patience else ("server",))
    phase = Phase("visit", (step,), place="server" if patience else None, may_leave=patience is not None)
    pool = Pool("server", Kind.PLACE if patience else Kind.STAFF, (servers,), Discipline.PRIORITY)
    clinic = Hospital("clinic", "Clinic", 0.0, 0.0, (pool,))
    return Scenario(
        name="one queue",
        city=City("town", (clinic,), (Zone("z", "Zone", 0.0, 0.0, 1.0),), np.zeros((1, 1)), np.ones((1, 1))),
        pathways=(Pathway("visit", (phase,)),),
        conditions=(Condition("ill", "visit", acuity),),
        sources=(Source("z", ("ill",), np.ones(1), np.full(168, total * 60.0), zone=0),),
        case_mix=NO_FEATURES,
        patience=patience or Patience(),
        horizon=horizon,
        transfers=RULES,
        information=Information(),
    ).checked()
