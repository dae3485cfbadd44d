"""Weekly rosters put in force: who is on duty when, what is refused and why, on either engine."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from sim.contract import Policies, RosteringDecision, RosteringView
from sim.engine import Engine
from sim.faults import ScenarioError
from sim.loan_rules import LoanRules
from sim.roster_rules import RosterRules, RosterShift
from sim.run import simulate
from sim.scenario import Horizon, Scenario
from sim.seats.rostering import rostered_roles
from sim.streams import Replication
from tests.small_worlds import KnowTruth, Stay
from tests.two_hospitals import Moved, Patient, Stock, two_hospitals

pytestmark = pytest.mark.unit

NEAR, FAR, NURSE, RADIOGRAPHER = 0, 1, 0, 1
EARLY, LATE = 0, 1
DAY_MIN = 1440.0
RULES = RosterRules(
    review_every_min=10080.0,
    freeze_min=60.0,
    day_starts_hour=6,
    shifts={"early": RosterShift(6, 8), "late": RosterShift(14, 10)},
    agency_share=0.1,
)
Row = tuple[int, int, int, int, int, int]


@dataclass
class Script:
    """Ask for the rows written down at every review, and keep what was seen."""

    rows: Sequence[Row]
    people: np.ndarray = field(default_factory=lambda: np.array([[0, -1]]))
    views: list[RosteringView] = field(default_factory=list)

    def decide(self, view: RosteringView) -> RosteringDecision:
        self.views.append(view)
        hospital, role, day, shift, own, agency = np.array(self.rows, dtype=np.int64).reshape(-1, 6).T
        return RosteringDecision(hospital, role, day, shift, own, agency, self.people)


def world(rules: RosterRules = RULES, nurses: Sequence[int] = (2,), days: float = 2.0) -> Scenario:
    scenario = two_hospitals(Stock(nurse=tuple(nurses), radiographer=1))
    return replace(scenario, rosters=rules, horizon=Horizon(0.0, days * DAY_MIN))


def told(rows: Sequence[Row], of: Scenario | None = None) -> tuple[Moved, Script]:
    script = Script(rows)
    return Moved(of or world(), [Patient(0)], Policies(KnowTruth(), Stay(), rostering=script)), script


ONE_WEEK: list[Row] = [(NEAR, NURSE, day, shift, n, 0) for day in range(7) for shift, n in ((EARLY, 3), (LATE, 1))]


def on_duty(moved: Moved, hospital: str = "near") -> list[int]:
    return [round(minutes / 60) for minutes in moved.level(hospital, "nurse", "duty_min")]


def test_a_roster_holds_from_the_first_day_that_is_not_frozen() -> None:
    moved, _ = told(ONE_WEEK)
    assert on_duty(moved) == [2] * 6 + [3] * 8 + [1] * 10 + [0] * 6 + [3] * 8 + [1] * 10
    assert on_duty(moved, "far") == [2] * 48
    assert [row.refusal for row in moved.network.log.rostered] == [""] * 7
    first = moved.network.log.rostered[0]
    assert first == (0.0, NEAR, "nurse", 360.0, 34, 0, 48, 0.0, "")


def test_shifts_without_a_row_have_nobody() -> None:
    moved, _ = told([(NEAR, NURSE, 0, EARLY, 3, 0)])
    assert on_duty(moved) == [2] * 6 + [3] * 8 + [0] * 34


def test_a_usual_roster_that_changes_gives_way_to_the_new_one() -> None:
    nurses = [4 if 8 <= hour % 24 < 20 else 1 for hour in range(168)]
    moved, script = told(ONE_WEEK, world(nurses=nurses))
    assert on_duty(moved)[:6] == [1] * 6
    assert on_duty(moved)[6:30] == [3] * 8 + [1] * 10 + [0] * 6
    assert script.views[0].usual[NEAR, NURSE].reshape(7, 24).tolist() == [nurses[6:24] + nurses[:6]] * 7


def test_the_usual_roster_comes_back_when_nobody_makes_a_new_one() -> None:
    moved, _ = told(ONE_WEEK, world(replace(RULES, review_every_min=30 * DAY_MIN), days=9.0))
    assert on_duty(moved)[7 * 24 :] == [0] * 6 + [2] * 42


def test_a_later_roster_takes_the_place_of_an_earlier_one() -> None:
    """Each review gives the same rows to its own first day: the second one begins a day later and ends later."""
    moved, script = told([(NEAR, NURSE, 0, EARLY, 3, 0)], world(replace(RULES, review_every_min=DAY_MIN), days=3.0))
    assert on_duty(moved) == [2] * 6 + ([3] * 8 + [0] * 16) * 2 + [3] * 8 + [0] * 10
    assert [view.starts_min for view in script.views] == [360.0, DAY_MIN + 360, 2 * DAY_MIN + 360]


def test_agency_staff_is_on_duty_beside_own_staff_and_costs() -> None:
    moved, _ = told([(NEAR, NURSE, 0, EARLY, 3, 1)])
    assert on_duty(moved)[6:14] == [4] * 8
    row = moved.network.log.rostered[0]
    assert (row.own_hours, row.agency_hours, row.usual_hours) == (24, 8, 48)
    assert row.cost == pytest.approx(8 * 37.24 * 1.5)


@pytest.mark.parametrize(
    ("row", "refusal"),
    [
        ((2, NURSE, 0, EARLY, 1, 0), "no such staff"),
        ((NEAR, 9, 0, EARLY, 1, 0), "no such staff"),
        ((NEAR, -1, 0, EARLY, 1, 0), "no such staff"),
        ((NEAR, NURSE, 7, EARLY, 1, 0), "no such shift"),
        ((NEAR, NURSE, 0, 2, 1, 0), "no such shift"),
        ((NEAR, NURSE, 0, EARLY, -1, 0), "fewer than nobody"),
        ((NEAR, NURSE, 0, EARLY, 43, 0), "more hours than are paid"),
        ((NEAR, NURSE, 0, EARLY, 42, 0), ""),
        ((NEAR, NURSE, 0, EARLY, 0, 5), "more agency staff than allowed"),
        ((NEAR, NURSE, 0, EARLY, 0, 4), ""),
    ],
)
def test_what_cannot_be_done_is_refused_and_changes_nothing(row: Row, refusal: str) -> None:
    moved, _ = told([row])
    assert {one.refusal for one in moved.network.log.rostered} == {refusal}
    assert (on_duty(moved) == [2] * 48) == bool(refusal)
    decision = next(one for one in moved.network.log.decisions if one.seat == "rostering")
    assert (decision.n_moves, decision.n_refused) == (1, int(bool(refusal)))


def test_a_view_shows_the_week_and_what_people_worked_before() -> None:
    _, script = told([], world(replace(RULES, monday_min=-DAY_MIN), days=9.0))
    first, second = script.views
    assert (first.weekday, first.n_days, first.last.size) == (1, 7, 0)
    assert (first.facts.roles, first.facts.weekly_hours[NEAR].tolist()) == (("nurse", "radiographer"), [336.0, 168.0])
    assert second.last.tolist() == [[0, -1]]
    assert second.last_ends_min == first.starts_min + 7 * DAY_MIN
    assert np.isnan(first.last_ends_min)


def test_only_the_roles_named_are_rostered() -> None:
    assert rostered_roles(world()) == ("nurse", "radiographer")
    assert rostered_roles(world(replace(RULES, roles=("radiographer",)))) == ("radiographer",)


def test_both_engines_move_a_roster_alike() -> None:
    scenario = replace(world(days=9.0), sources=(replace(world().sources[0], hourly_rate=np.full(168, 3.0)),))
    runs = [
        simulate(scenario, Policies(KnowTruth(), Stay(), rostering=Script(ONE_WEEK)), Replication(0, 7), engine)
        for engine in (Engine.SIMPY, Engine.COMPILED)
    ]
    assert runs[0].trace_hash == runs[1].trace_hash
    assert runs[0].levels.equals(runs[1].levels)
    assert len(runs[0].rosters) == 14
    assert set(runs[0].rosters["hospital"]) == {"near"}


@dataclass
class Watch:
    """Lend nobody, and keep what is seen."""

    views: list[object] = field(default_factory=list)

    def decide(self, view: object) -> object:
        from policies.staffing import AsRostered

        self.views.append(view)
        return AsRostered().decide(view)  # type: ignore[arg-type]


def test_lenders_know_the_rosters_that_are_in_force() -> None:
    loans = LoanRules(review_every_min=480.0, first_min=420.0, lead_min=60.0, shift_min=120.0, kept_share=0.0)
    watch = Watch()
    policies = Policies(KnowTruth(), Stay(), rostering=Script(ONE_WEEK), staffing=watch)  # type: ignore[arg-type]
    Moved(replace(world(), loans=loans), [Patient(0)], policies)
    assert [view.next_duty[NEAR, NURSE] for view in watch.views[:2]] == [3, 1]  # type: ignore[attr-defined]
    assert [view.may_lend[NEAR, NURSE] for view in watch.views[:2]] == [2, 0]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("change", "field_name"),
    [
        ({"review_every_min": 0.0}, "rosters.review_every_min"),
        ({"freeze_min": -1.0}, "rosters.freeze_min"),
        ({"horizon_days": 10}, "rosters.horizon_days"),
        ({"day_starts_hour": 24}, "rosters.day_starts_hour"),
        ({"weekly_hours": 0.0}, "rosters.weekly_hours"),
        ({"shifts": {}}, "rosters.shifts"),
        ({"shifts": {"x": RosterShift(24, 8)}}, "rosters.shifts.x.starts_hour"),
        ({"shifts": {"x": RosterShift(0, 7)}}, "rosters.shifts.x.hours"),
        ({"shifts": {"x": RosterShift(6, 0)}}, "rosters.shifts.x.hours"),
    ],
)
def test_impossible_rules_are_named(change: dict[str, object], field_name: str) -> None:
    with pytest.raises(ScenarioError, match=field_name):
        world(replace(RULES, **change)).checked()  # type: ignore[arg-type]
    assert list(world(replace(RULES, shifts={"x": RosterShift(0, 6)})).faults()) == []
