"""A small city with everything in it, drawn and simulated: who was where when, and the hash of the whole trace."""

from dataclasses import replace

import numpy as np

from sim.city import Discipline, Kind, Pool
from sim.contract import AssignAcuity, Policies, TransferDecision, TransferView, TriageView
from sim.distributions import Exponential, Gamma, Lognormal, Residual, Triangular, Uniform
from sim.pathway import Graded, Pathway, Phase, Step
from sim.run import Run, simulate
from sim.scenario import CaseMix, Condition, Horizon, Information, Patience, Scenario, Sight, Source, TransferRules
from sim.streams import Replication
from tests.two_hospitals import NO_RATE, two_hospitals


class ByNurse:
    """Assign what the nurse says."""

    def decide(self, view: TriageView) -> AssignAcuity:
        return AssignAcuity(view.nurse_acuity)


class SendOldest:
    """Send whoever has waited longest to the other hospital."""

    def decide(self, view: TransferView) -> TransferDecision:
        oldest = np.argsort(-view.waited_min, kind="stable")[:1]
        return TransferDecision(view.patient[oldest], 1 - view.hospital[oldest])


def trace() -> str:
    """Return one line a patient, one a transfer, and the hash of every moment."""
    run = simulate(*golden_world(), Replication(2, 20261122))
    return f"{_patients(run)}\n{_transfers(run)}\ntrace {run.trace_hash}\n"


def golden_world() -> tuple[Scenario, Policies]:
    """Return the small city and those who decide in it."""
    return _scenario(), Policies(ByNurse(), SendOldest())


def _patients(run: Run) -> str:
    shown = ["patient", "source", "hospital", "final_hospital", "acuity_true", "acuity", "outcome"]
    marks = ["arrived", "emergency_entered", "emergency_left", "ward_entered", "departed"]
    return str(run.patients[shown + marks].to_csv(index=False, float_format="%.1f", lineterminator="\n"))


def _transfers(run: Run) -> str:
    return str(run.transfers.to_csv(index=False, float_format="%.1f", lineterminator="\n"))


def _scenario() -> Scenario:
    base = two_hospitals()
    scan = Step(
        "scan", Graded((Triangular(5.0, 10.0, 30.0),)), ("scanner", "radiographer"), Graded((1.0, 0.9, 0.6, 0.3, 0.1))
    )
    see = Step("see", Graded(tuple(Gamma(mean, 9.0) for mean in (40.0, 30.0, 25.0, 20.0, 15.0))), ("nurse",))
    stay = Lognormal(400.0, 300.0)
    visit = Pathway(
        "visit",
        (
            Phase("door", (Step("triage", Graded((Uniform(2.0, 8.0),)), ("nurse",)),)),
            Phase("emergency", (see, scan), "ed_space", may_leave=True),
            _ward(stay, (0.9, 0.7, 0.5, 0.2, 0.1)),
        ),
    )
    night = (1,) * 8 + (2,) * 12 + (1,) * 4
    pools = (
        _places("ed_space", 4),
        _places("bed", 3, Discipline.FIFO),
        Pool("nurse", Kind.STAFF, night * 7),
        Pool("scanner", Kind.EQUIPMENT, (1,)),
        Pool("radiographer", Kind.STAFF, (*night[1:], 1) * 7),
    )
    near, far = base.city.hospitals
    hospitals = replace(near, pools=pools), replace(far, pools=(*pools[2:], _places("ed_space", 2), _places("bed", 6)))
    even = np.full(5, 0.2)
    return replace(
        base,
        city=replace(base.city, hospitals=hospitals, choice_share=np.array([[0.8, 0.2]])),
        pathways=(visit, Pathway("inside", (_ward(Residual(stay), (1.0,)),))),
        conditions=(Condition("ill", "visit", even), Condition("inside", "inside", even)),
        sources=(
            Source("z", ("ill",), np.ones(1), np.tile(np.linspace(0.2, 4.0, 24), 7), zone=0),
            Source("beds", ("inside",), np.ones(1), NO_RATE, hospital=0, at_start=2),
        ),
        case_mix=CaseMix(
            ("pulse",), *(np.ones((5, 1)),) * 2, *(np.ones(1),) * 2, np.full((5, 5), 0.1) + 0.5 * np.eye(5)
        ),
        patience=Patience(0.3, 60.0),
        horizon=Horizon(0.0, 1440.0),
        transfers=TransferRules(60.0, Exponential(15.0), Uniform(60.0, 120.0), crews=1),
        information=Information(Sight.DELAYED, 60.0),
    ).checked()


def _places(code: str, count: int, discipline: Discipline = Discipline.PRIORITY) -> Pool:
    return Pool(code, Kind.PLACE, (count,), discipline)


def _ward(stay: Lognormal | Residual, p: tuple[float, ...]) -> Phase:
    return Phase("ward", (Step("stay", Graded((stay,))),), "bed", transferable=True, p=Graded(p))
