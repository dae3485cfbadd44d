"""Agreements that begin and end within a run: what is allowed, refused, called off and shown, at every seat."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
import pytest

from sim.act import hold_reviews
from sim.cohort import Cohort
from sim.contract import Policies, StaffingDecision, StaffingView, TransferDecision, TransferView
from sim.engine import Engine, in_motion
from sim.faults import ScenarioError
from sim.layout import Layout
from sim.levels import hourly_levels
from sim.loan_rules import LoanRules
from sim.log import CALLED_OFF
from sim.motion import Motion
from sim.platform.agreements import ANY, Agreement
from sim.platform.kinds import SharedKind
from sim.run_ledger import ledger_table
from sim.scenario import Information, Scenario, Sight
from sim.terms import Terms
from sim.trace import trace_hash
from tests.small_worlds import KnowTruth, Stay
from tests.two_hospitals import Patient, Stock, cohort_of, two_hospitals

pytestmark = pytest.mark.unit

BOTH = pytest.mark.parametrize("engine", [Engine.SIMPY, Engine.COMPILED])
NEAR, FAR, NURSE = 0, 1, 0
RULES = LoanRules(
    review_every_min=60.0, first_min=60.0, lead_min=120.0, shift_min=120.0, kept_share=0.5, max_travel_min=30.0
)


def on(kind: SharedKind, owner: str, user: str, starts_min: float = 0.0, ends_min: float = np.inf) -> Agreement:
    return Agreement(owner, user, (kind,), starts_min, ends_min)


@dataclass
class Movers:
    """Send the first boarder to the other hospital at every review, and keep what was seen."""

    views: list[TransferView] = field(default_factory=list)

    def decide(self, view: TransferView) -> TransferDecision:
        self.views.append(view)
        return TransferDecision(view.patient[:1], 1 - view.hospital[:1])


@dataclass
class Lenders:
    """Lend one nurse from near to far at every review, and keep what was seen."""

    views: list[StaffingView] = field(default_factory=list)

    def decide(self, view: StaffingView) -> StaffingDecision:
        self.views.append(view)
        return StaffingDecision(*np.array([[NEAR, FAR, NURSE, 1]]).T)


def world(*agreements: Agreement, nurses: int = 3) -> Scenario:
    made = two_hospitals(Stock(nurse=(nurses,), beds=(1, 3)))
    return replace(made, agreements=agreements, loans=RULES).checked()


def moved(scenario: Scenario, patients: Sequence[Patient], policies: Policies, engine: Engine) -> tuple[Motion, Cohort]:
    cohort = cohort_of(patients)
    motion = in_motion(scenario, cohort, cohort.acuity, engine)
    hold_reviews(motion, policies)
    motion.run()
    return motion, cohort


BOARDERS = [
    Patient(0.0, ward=2000.0, scan=1.0),  # takes the only bed
    Patient(5.0, ward=1000.0, scan=1.0),
    Patient(70.0, ward=1000.0, scan=1.0),
]


@BOTH
def test_transfers_stop_when_the_agreement_ends(engine: Engine) -> None:
    """The first is moved at minute 60; the agreement ends at minute 100, so that the second is refused from 120 on."""
    policy = Movers()
    motion, cohort = moved(
        world(on(SharedKind.BED, "far", "near", 0.0, 100.0), on(SharedKind.INFORMATION, ANY, ANY)),
        BOARDERS,
        Policies(KnowTruth(), policy),
        engine,
    )
    rows = [(row.time_min, row.patient, row.refusal) for row in motion.log.transfers]
    assert rows[0] == (60.0, 1, "")
    assert rows[1:] == [(60.0 * review, 2, "no agreement") for review in range(2, 10)]
    first, second = policy.views[0], policy.views[1]
    assert first.city.allowed is not None
    assert first.city.allowed.tolist() == [[False, True], [False, False]]
    assert second.city.allowed is not None
    assert not second.city.allowed.any()
    assert (first.city.agreed.tolist(), second.city.agreed.tolist()) == ([True, True], [False, False])
    assert first.free[FAR, 0] == 3.0
    assert second.free[FAR, 0] == 0.0
    assert policy.views[2].city is second.city
    table = ledger_table(motion.layout, cohort, motion.log)
    beds = table[table["kind"] == "bed"]
    assert beds["action"].tolist()[:5] == ["agree", "request", "book", "use", "withdraw"]
    assert set(beds["action"].tolist()[5:]) == {"request", "refuse"}
    assert beds[beds["action"] == "use"][["owner", "user"]].values.tolist() == [["far", "near"]]


@BOTH
def test_an_agreement_one_way_is_none_the_other_way(engine: Engine) -> None:
    policy = Movers()
    motion, _ = moved(world(on(SharedKind.BED, "near", "far")), BOARDERS, Policies(KnowTruth(), policy), engine)
    assert {row.refusal for row in motion.log.transfers} == {"no agreement"}


@BOTH
def test_loans_that_have_not_begun_are_called_off_and_others_last_to_the_end_of_their_shift(engine: Engine) -> None:
    """Lent at 60 for 180 to 300 and at 120 for 240 to 360; the agreement ends at 200: the second never happens."""
    policy = Lenders()
    motion, cohort = moved(
        world(on(SharedKind.STAFF, "near", "far", 0.0, 200.0), nurses=5),
        [Patient(0.0)],
        Policies(KnowTruth(), Stay(), staffing=policy),
        engine,
    )
    levels = hourly_levels(motion.layout, cohort, motion.log)
    duty = {name: rows["duty_min"].tolist() for name, rows in levels[levels["pool"] == "nurse"].groupby("hospital")}
    assert duty["near"] == [300, 300, 300, 240, 240, 300, 300, 300, 300, 300]
    assert duty["far"] == [300, 300, 300, 340, 360, 300, 300, 300, 300, 300]
    refusals = [(row.time_min, row.refusal) for row in motion.log.loans]
    assert refusals[:4] == [(60.0, ""), (120.0, CALLED_OFF), (180.0, CALLED_OFF), (240.0, "no agreement")]
    table = ledger_table(motion.layout, cohort, motion.log)
    staff = table[(table["kind"] == "staff") & (table["subject"] == "loan/1")]
    assert staff[["time_min", "action"]].values.tolist() == [[120.0, "request"], [120.0, "book"], [200.0, "withdraw"]]
    assert staff["reason"].tolist()[-1] == "no agreement"
    assert policy.views[0].may_lend[NEAR, NURSE] > 0
    assert policy.views[-1].may_lend.sum() == 0


@BOTH
def test_a_loan_that_would_begin_when_the_agreement_ends_never_does(engine: Engine) -> None:
    motion, cohort = moved(
        world(on(SharedKind.STAFF, "near", "far", 0.0, 180.0), nurses=5),
        [Patient(0.0)],
        Policies(KnowTruth(), Stay(), staffing=Lenders()),
        engine,
    )
    levels = hourly_levels(motion.layout, cohort, motion.log)
    assert set(levels[levels["pool"] == "nurse"]["duty_min"]) == {300.0}


@pytest.mark.parametrize("sight", [Sight.LIVE, Sight.DELAYED])
def test_what_is_no_longer_shown_is_not_known_either_when_news_is_old(sight: Sight) -> None:
    policy = Movers()
    scenario = world(on(SharedKind.BED, ANY, ANY), on(SharedKind.INFORMATION, "far", "near", 0.0, 200.0))
    scenario = replace(scenario, information=Information(sight, 60.0 if sight is Sight.DELAYED else 0.0))
    patients = [Patient(0.0, ward=1000.0, scan=1.0, hospital=FAR) for _ in range(6)]
    moved(scenario, patients, Policies(KnowTruth(), policy), Engine.SIMPY)
    free = {view.now_min: view.free[:, 0] for view in policy.views}
    assert np.isfinite(free[180.0][FAR])
    assert np.isnan(free[180.0][NEAR])
    assert np.isnan(free[240.0]).all()


@BOTH
def test_the_same_things_happen_by_flags_and_by_agreements_on_everything(engine: Engine) -> None:
    everything = two_hospitals(Stock(nurse=(5,), beds=(1, 3)))
    logs = []
    for agreements in (None, (Agreement(ANY, ANY),)):
        scenario = replace(everything, agreements=agreements, loans=RULES).checked()
        motion, _ = moved(scenario, BOARDERS, Policies(KnowTruth(), Movers(), staffing=Lenders()), engine)
        logs.append((trace_hash(motion.log), motion.log.transfers, motion.log.loans))
    assert logs[0] == logs[1]
    assert any(not row.refusal for row in logs[0][1])
    assert logs[0][2]


def test_hospitals_that_take_no_part_and_unknown_ones_are_named() -> None:
    made = two_hospitals()
    near = replace(made.city.hospitals[0], agreed=False)
    city = replace(made.city, hospitals=(near, made.city.hospitals[1]))
    with pytest.raises(ScenarioError) as caught:
        replace(made, city=city, agreements=(Agreement("near", ANY), Agreement("moon", "far"))).checked()
    assert [fault.field for fault in caught.value.faults] == ["agreements[0].owner", "agreements[1].owner"]


def test_terms_change_at_their_moments_and_never_cover_oneself() -> None:
    city = two_hospitals().city
    terms = Terms(city, (on(SharedKind.BED, "far", "near", 10.0, 20.0), on(SharedKind.STAFF, ANY, ANY)))
    assert terms.moments == [10.0, 20.0]
    held = [terms.may(SharedKind.BED, FAR, NEAR, now) for now in (0.0, 9.9, 10.0, 19.9, 20.0)]
    assert held == [False, False, True, True, False]
    assert not terms.may(SharedKind.BED, NEAR, FAR, 15.0)
    assert terms.pairs(SharedKind.STAFF, 0.0).tolist() == [[False, True], [True, False]]
    assert terms.always(SharedKind.STAFF, NEAR, FAR)
    assert not terms.always(SharedKind.BED, FAR, NEAR)


def test_a_ledger_of_nothing_has_its_columns() -> None:
    made = world()
    cohort = cohort_of([Patient(0.0)])
    motion = in_motion(made, cohort, cohort.acuity, Engine.SIMPY)
    table = ledger_table(Layout.of(made), cohort, motion.log)
    assert isinstance(table, pd.DataFrame)
    assert table.empty
    assert {"number", "actor", "action", "subject", "hash", "kind", "owner", "user", "units"} <= set(table)


def test_looks_are_counted_by_seat_and_day_while_several_hospitals_are_shown() -> None:
    """Reviews at 60, 120, ..., 540; from 200 on nobody is shown."""
    scenario = world(on(SharedKind.BED, ANY, ANY), on(SharedKind.INFORMATION, ANY, ANY, 0.0, 200.0))
    motion, cohort = moved(scenario, BOARDERS, Policies(KnowTruth(), Movers()), Engine.SIMPY)
    table = ledger_table(motion.layout, cohort, motion.log)
    looks = table[table["action"] == "look"]
    assert looks[["time_min", "subject", "units"]].values.tolist() == [[60.0, "view/transfer/0", 3.0]]
    blind = replace(scenario, information=Information(Sight.NONE))
    motion, cohort = moved(blind, BOARDERS, Policies(KnowTruth(), Movers()), Engine.SIMPY)
    assert "look" not in set(ledger_table(motion.layout, cohort, motion.log)["action"])
