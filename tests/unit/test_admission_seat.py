"""Call patients from a list by hand, and see who is refused, who comes, and who is cancelled."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from sim.admission_rules import AdmissionRules
from sim.contract import AdmissionDecision, AdmissionView
from sim.distributions import Fixed, Lognormal
from sim.engine import Engine
from sim.faults import ScenarioError
from sim.run import Run, simulate
from sim.scenario import Scenario
from sim.sources import Source
from sim.streams import Replication
from tests.small_worlds import POLICIES
from tests.waiting_lists import DAY, a_list_world

pytestmark = pytest.mark.unit

EIGHT = 480.0
RULES = AdmissionRules(first_min=60.0, due_days=(1.0, 1.0, 2.0, 20.0, 20.0))


@dataclass
class Calling:
    """Call patients as told, at one review after the other, and keep what was seen."""

    told: Sequence[Sequence[tuple[int, float]]]
    seen: list[AdmissionView] = field(default_factory=list)

    def decide(self, view: AdmissionView) -> AdmissionDecision:
        pairs = self.told[len(self.seen)] if len(self.seen) < len(self.told) else ()
        self.seen.append(view)
        patients = np.array([patient for patient, _ in pairs], dtype=np.int64)
        return AdmissionDecision(patient=patients, at_min=np.array([at for _, at in pairs], dtype=np.float64))


def run_of(
    scenario: Scenario, *told: Sequence[tuple[int, float]], engine: Engine = Engine.SIMPY
) -> tuple[Run, Calling]:
    policy = Calling(told)
    return simulate(scenario, replace(POLICIES, admission=policy), Replication(0, 1), engine), policy


def events(run: Run, *kinds: str) -> list[tuple[float, int, str, str]]:
    rows = run.list_events[run.list_events["event"].isin(kinds)]
    columns = (rows[name].tolist() for name in ("time_min", "patient", "event", "reason"))
    return list(zip(*columns, strict=True))


def came(run: Run) -> list[float]:
    return run.lists["came_min"].tolist()


def test_a_patient_comes_at_the_moment_of_the_call_and_goes_through_the_pathway() -> None:
    run, _ = run_of(a_list_world(at_start=1), [(0, DAY + EIGHT)])
    patient = run.patients.iloc[0]
    assert patient["arrived"] == patient["ward_entered"] == patient["ward.operation_started"] == DAY + EIGHT
    assert patient["departed"] == DAY + EIGHT + 60.0 + DAY
    assert events(run, "called", "came") == [(60.0, 0, "called", ""), (DAY + EIGHT, 0, "came", "")]


def test_who_is_never_called_stays_on_the_list_and_leaves_no_journey() -> None:
    run, _ = run_of(a_list_world(at_start=2), [(1, DAY + EIGHT)])
    assert run.patients["patient"].tolist() == [1]
    assert run.lists["patient"].tolist() == [0, 1]
    assert np.isnan(came(run)[0])
    assert came(run)[1] == DAY + EIGHT


@pytest.mark.parametrize(
    ("call", "refusal"),
    [
        ((7, DAY + EIGHT), "not on a list"),
        ((0, EIGHT), "notice too short"),
        ((0, float("nan")), "notice too short"),
        ((0, 7 * DAY + EIGHT), "beyond the horizon"),
        ((0, DAY + EIGHT - 1.0), "nobody on duty then"),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_reason(call: tuple[int, float], refusal: str) -> None:
    run, _ = run_of(a_list_world(at_start=1), [call])
    assert [reason for _, _, _, reason in events(run, "refused")] == [refusal]
    assert came(run)[0] != came(run)[0]
    row = run.decisions[run.decisions["seat"] == "admission"].iloc[0]
    assert (row["n_options"], row["n_moves"], row["n_refused"]) == (1, 1, 1)


def test_nobody_is_called_twice_and_no_day_is_booked_beyond_its_minutes() -> None:
    calls = [(0, DAY + EIGHT), (0, 2 * DAY + EIGHT), *((patient, DAY + EIGHT) for patient in range(1, 5))]
    run, _ = run_of(a_list_world(at_start=5), calls)
    assert [(p, reason) for _, p, _, reason in events(run, "refused")] == [
        (0, "called already"),
        (4, "the day is full"),
    ]


def test_the_share_that_may_be_booked_is_a_rule() -> None:
    world = a_list_world(at_start=3, rules=replace(RULES, most_booked_share=0.5))
    run, _ = run_of(world, [(patient, DAY + EIGHT) for patient in range(3)])
    assert [reason for *_, reason in events(run, "refused")] == ["the day is full"]


def test_patients_wait_for_a_theatre_in_the_order_of_their_times() -> None:
    run, _ = run_of(a_list_world(at_start=3), [(2, DAY + EIGHT), (1, DAY + EIGHT + 5), (0, DAY + EIGHT + 50)])
    assert came(run) == [DAY + EIGHT + 125.0, DAY + EIGHT + 65.0, DAY + EIGHT]


def test_without_a_bed_the_case_waits_and_is_cancelled_when_it_would_end_too_late() -> None:
    world = a_list_world(at_start=2, beds=1, stay=Fixed(3 * DAY))
    run, calling = run_of(world, [(0, DAY + EIGHT), (1, DAY + EIGHT + 60)])
    assert events(run, "came", "cancelled") == [
        (DAY + EIGHT, 0, "came", ""),
        (DAY + 12 * 60 + 30 - 60 + 10, 1, "cancelled", "no bed free"),
    ]
    assert run.lists["n_cancelled"].tolist() == [0, 1]
    after = calling.seen[2]
    assert after.patient.tolist() == [1]
    assert after.n_cancelled.tolist() == [1]
    assert after.uncalled.all()


def test_who_was_cancelled_can_be_called_again() -> None:
    world = a_list_world(at_start=2, beds=1, stay=Fixed(DAY))
    run, _ = run_of(world, [(0, DAY + EIGHT), (1, DAY + EIGHT + 60)], [], [(1, 3 * DAY + EIGHT)])
    assert came(run) == [DAY + EIGHT, 3 * DAY + EIGHT]


def test_a_theatre_that_overruns_cancels_the_last_case() -> None:
    """Cases were expected to take an hour and take two: the third would end an hour and a half too late."""
    world = a_list_world(at_start=3, case=Fixed(110.0), rules=replace(RULES, most_booked_share=2.0))
    run, _ = run_of(world, [(0, DAY + EIGHT), (1, DAY + EIGHT + 60), (2, DAY + EIGHT + 120)])
    assert [event for _, _, event, _ in events(run, "came", "cancelled")] == ["came", "came", "cancelled"]
    assert events(run, "cancelled")[0][0] == DAY + EIGHT + 120 + 50  # at 11:20 it can no more end by 12:30
    assert events(run, "cancelled")[0][3] == "no unit free"


def test_a_call_late_in_the_day_is_cancelled_at_once() -> None:
    world = a_list_world(at_start=1, case=Fixed(110.0))
    run, _ = run_of(world, [(0, DAY + 11 * 60.0)])
    assert events(run, "cancelled") == [(DAY + 11 * 60.0, 0, "cancelled", "too late in the day")]


def test_the_view_shows_the_list_the_roster_and_what_is_booked() -> None:
    world = a_list_world(at_start=2, rules=replace(RULES, horizon_days=3))
    _, calling = run_of(world, [(0, 2 * DAY + EIGHT)])
    first, second = calling.seen[:2]
    assert (first.now_min, first.day, second.day) == (60.0, 0, 1)
    assert first.rostered.shape == (1, 1, 3, 24)
    assert np.flatnonzero(first.rostered[0, 0, 0]).tolist() == [8, 9, 10, 11]
    assert first.booked_min.tolist() == [[[0.0, 0.0, 0.0]]]
    assert second.booked_min.tolist() == [[[0.0, 60.0, 0.0]]]
    assert second.room_min.tolist() == [[[0.0, 180.0, 240.0]]]
    assert second.called_min[0] == 2 * DAY + EIGHT
    assert np.isnan(second.called_min[1])
    assert (first.facts.mean_min == 60.0).all()
    assert first.facts.groups == ("hip 3", "hip 4")
    assert (first.due_min == first.facts.due_days[first.group] * DAY).all()


def test_the_view_expects_beds_of_who_came_and_who_is_called() -> None:
    world = a_list_world(at_start=3, stay=Fixed(2 * DAY - 60.0), rules=replace(RULES, horizon_days=4))
    _, calling = run_of(world, [(0, DAY + EIGHT), (1, 3 * DAY + EIGHT)])
    views = calling.seen
    assert views[0].beds.tolist() == [[9.0]]
    assert views[1].held.tolist() == [[[1.0, 1.0, 1.0, 1.0]]]
    assert views[2].held.tolist() == [[[1.0, 2.0, 1.0, 0.0]]]
    assert views[2].others[0, 0, -3:].tolist() == [0.0, 0.0, 0.0]
    assert np.isnan(views[2].others[0, 0, :-3]).all()


def test_the_truth_about_a_patient_is_never_shown() -> None:
    """Two patients of one group who will need very different times look alike."""
    _, calling = run_of(a_list_world(at_start=40, case=Lognormal(60.0, 40.0)), [])
    facts = calling.seen[0].facts
    assert facts.mean_min == pytest.approx([60.0, 60.0], rel=0.15)
    assert facts.sd_min == pytest.approx([40.0, 40.0], rel=0.35)


def test_what_patients_are_listed_for_must_be_needed_by_all_of_them() -> None:
    world = a_list_world()
    source = replace(world.sources[0], listed_for="bed")
    with pytest.raises(ScenarioError, match=r"sources\.hips\.listed_for"):
        replace(world, sources=(source,)).checked()


def test_a_list_belongs_to_a_hospital() -> None:
    world = a_list_world()
    source: Source = replace(world.sources[0], hospital=-1, zone=0)
    with pytest.raises(ScenarioError, match=r"sources\.hips\.hospital"):
        replace(world, sources=(source,)).checked()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"horizon_days": 1}, "lists.horizon_days"),
        ({"review_every_min": 0.0}, "lists.review_every_min"),
        ({"retry_min": 0.0}, "lists.retry_min"),
        ({"most_overrun_min": -1.0}, "lists.most_overrun_min"),
        ({"due_days": (1.0,)}, "lists.due_days"),
        ({"midnight_min": 1440.0}, "lists.midnight_min"),
    ],
)
def test_impossible_rules_are_named(change: dict[str, object], field: str) -> None:
    assert [fault.field for fault in replace(RULES, **change).faults()] == [field]  # type: ignore[arg-type]
