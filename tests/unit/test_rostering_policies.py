"""The members of the rostering seat by hand: what they buy, whom they name, and when the usual roster stays."""

from dataclasses import replace

import numpy as np
import pytest

from optimize.contract import Ending, Solved
from optimize.roster.check import breaches
from policies.rostering import Cover, UsualRoster, WeeklyRoster
from policies.rostering.people import PeopleRules, contracts, free_weekends, past_days, question
from sim.contract import RosteringView
from tests.rostering_views import DAY_HOURS, EARLY, LATE, OFF, a_view, rows, some_facts, work

pytestmark = pytest.mark.unit

RULES = PeopleRules(most_days_in_a_row=5, least_rest_hours=11, weekend_cycle_weeks=3, most_weekends=2)
FACTS = some_facts(n_hospitals=1)
VIEW = a_view(FACTS)
UNEVEN = work(FACTS, [2.5], [0.5])


def test_shifts_follow_the_work_within_the_paid_hours() -> None:
    """Of 28 shifts two on each day are due early, where 2.5 are at work, and one late: seven are left for early."""
    decision = Cover(safety=0.0, expected=UNEVEN).decide(VIEW)
    found = rows(decision)
    assert {found[0, 0, day, EARLY] for day in range(7)} == {(3, 0)}
    assert {found[0, 0, day, LATE] for day in range(7)} == {(1, 0)}
    assert (decision.ending, decision.objective, decision.gap) == ("optimal", 0.0, 0.0)


def test_what_is_bought_is_priced_and_what_stands_in_the_way_is_named() -> None:
    decision = Cover(safety=0.0, expected=work(FACTS, [4.0], [1.0])).decide(VIEW)
    assert decision.objective == 7 * 8 * 1 * 112.5
    assert dict(decision.binding)["nurse at h0 on Monday from 7:00 to 15:00 needs 4"] == pytest.approx(
        8 * (112.5 - 37.5)
    )


def test_a_post_whose_usual_roster_is_no_dearer_keeps_it() -> None:
    facts = some_facts(n_hospitals=2)
    even = work(facts, [2.0, 2.5], [2.0, 0.5])
    decision = Cover(safety=0.0, expected=even).decide(a_view(facts))
    assert {key[0] for key in rows(decision)} == {1}


def test_work_of_the_night_is_looked_up_in_the_hours_of_the_roster() -> None:
    """A view that begins on a Wednesday sees the work of that day first."""
    load = UNEVEN.load.copy()
    load[..., 2 * DAY_HOURS : 3 * DAY_HOURS] *= 2
    view = replace(VIEW, starts_min=VIEW.starts_min + 2 * 1440.0, weekday=2)
    case = Cover(expected=replace(UNEVEN, load=load)).case(view, np.array([[0, 0]]))
    assert case.load[0, :2, 0].tolist() == [5.0, 2.5]
    assert case.days[:2] == ("Wednesday", "Thursday")
    assert case.first_hour == 7


def test_the_rule_decides_where_nothing_is_known_or_nothing_was_found(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Cover().decide(VIEW).ending == "rule: nothing is known of the past"
    policy = Cover(expected=UNEVEN)
    none: Solved[object] = Solved(Ending.NO_ANSWER, None, None, None, 1.5)
    monkeypatch.setattr("policies.rostering.cover.ShiftCoverPlanner.plan", lambda *_: none)
    decision = policy.decide(VIEW)
    assert (decision.ending, decision.seconds, rows(decision)) == ("rule after no_answer", 1.5, {})


def test_agency_staff_is_bought_where_somebody_is_missing() -> None:
    facts = some_facts(n_hospitals=1, agency_share=0.25)
    decision = Cover(safety=0.0, expected=work(facts, [4.0], [1.0])).decide(a_view(facts))
    assert sum(agency for _, agency in rows(decision).values()) == 7
    assert decision.objective == 7 * 8 * 50.0


def test_the_rule_names_nobody_and_is_never_asked() -> None:
    assert rows(UsualRoster().decide(VIEW)) == {}
    assert not UsualRoster.decides


def test_paid_hours_are_people_with_full_weeks_and_one_with_what_is_left() -> None:
    assert contracts(VIEW, (0, 0)).tolist() == [40] * 5 + [24]
    assert contracts(replace(VIEW, n_days=14), (0, 0)).tolist() == [80] * 5 + [48]
    nobody = replace(VIEW, facts=replace(FACTS, weekly_hours=np.zeros((1, 1))))
    assert contracts(nobody, (0, 0)).tolist() == []


def test_everybody_gets_a_roster_that_keeps_the_rules_and_covers_the_shifts() -> None:
    policy = WeeklyRoster(safety=0.0, expected=UNEVEN, weekend_cycle_weeks=3, most_weekends=2, most_days_in_a_row=5)
    decision = policy.decide(VIEW)
    found = rows(decision)
    assert {found[0, 0, day, EARLY] for day in range(7)} == {(3, 0)}
    assert {found[0, 0, day, LATE] for day in range(7)} == {(1, 0)}
    assert decision.people.shape == (6, 7)
    assert (decision.people >= 0).sum(axis=1).tolist() == [5, 5, 5, 5, 5, 3]
    case = question(VIEW, np.ones((7, 2), dtype=np.int64), contracts(VIEW, (0, 0)), decision.people[:, :0], RULES)
    assert breaches(case, decision.people) == []


def next_week(view: RosteringView, people: np.ndarray) -> RosteringView:
    starts_min = view.starts_min + 7 * 1440.0
    return replace(
        view, now_min=view.now_min + 7 * 1440.0, starts_min=starts_min, last=people, last_ends_min=starts_min
    )


def test_what_was_worked_before_is_given_and_binds() -> None:
    """Four weeks: nobody works more than two weekends of three, five days in a row, or early after late."""
    policy = WeeklyRoster(safety=0.0, expected=UNEVEN, weekend_cycle_weeks=3, most_weekends=2, most_days_in_a_row=5)
    view = VIEW
    weeks: list[np.ndarray] = []
    for week in range(4):
        decision = policy.decide(view)
        assert decision.people.shape[1] == (14 if week else 7)
        assert not decision.ending.startswith("rule")
        if week:
            assert decision.people[:, :7].tolist() == weeks[-1].tolist()
        weeks.append(decision.people[:, -7:])
        view = next_week(view, decision.people)
    people: np.ndarray = np.concatenate(weeks, axis=1)
    worked = np.greater_equal(people, 0)
    weekends = worked.reshape(6, 4, 7)[:, :, 5:].any(axis=2)
    assert max(weekends[:, k : k + 3].sum(axis=1).max() for k in range(2)) == 2
    assert max(worked[:, d : d + 6].sum(axis=1).max() for d in range(22)) == 5
    assert not np.logical_and(people[:, :-1] == LATE, people[:, 1:] == EARLY).any()


def test_free_weekends_take_turns() -> None:
    """Of three people one is free on each weekend, another one on the next."""
    free = [[sorted(free_weekends(view, i, 0, RULES)) for i in range(3)] for view in (VIEW, next_week(VIEW, VIEW.last))]
    assert free == [[[], [], [5, 6]], [[], [5, 6], []]]
    assert [sorted(free_weekends(next_week(VIEW, VIEW.last), i, 7, RULES)) for i in range(3)] == [[], [12, 13], []]


def test_the_past_begins_on_a_monday_and_leaves_out_what_is_planned_anew() -> None:
    people = np.arange(2 * 21).reshape(2, 21) % 2
    view = next_week(VIEW, people)
    found = past_days(view, [1, 1])
    assert [one.tolist() for one in found] == [[people[0, 14:].tolist()], [people[1, 14:].tolist()]]
    midweek = replace(view, starts_min=view.starts_min - 3 * 1440.0, weekday=4)
    assert past_days(midweek, [2])[0].tolist() == people[:, 7:18].tolist()
    short = replace(view, last=people[:, :3])
    assert past_days(short, [2])[0].tolist() == [[OFF] * 4 + row for row in people[:, :3].tolist()]
    assert past_days(replace(view, weekday=2), [3])[0].tolist() == [[OFF, OFF]] * 3


def test_a_post_whose_people_cannot_work_the_better_shifts_keeps_its_usual_roster() -> None:
    """Everybody has worked six days in a row, so nobody comes on Monday; as many as usual come on no other day."""
    tired = np.zeros((6, 6), dtype=np.int64)
    view = replace(next_week(VIEW, tired), last_ends_min=VIEW.starts_min + 7 * 1440.0)
    load = np.zeros_like(UNEVEN.load)
    load[..., DAY_HOURS - 17 : DAY_HOURS - 9] = 5.0  # of Monday only
    decision = WeeklyRoster(safety=0.0, expected=replace(UNEVEN, load=load)).decide(view)
    assert rows(decision) == {}
    assert (decision.people[:, -7] == OFF).all()
    rested = WeeklyRoster(safety=0.0, expected=replace(UNEVEN, load=load)).decide(VIEW)
    assert rows(rested)[0, 0, 0, EARLY] == (6, 0)  # one more than needed, for whom hours are left


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"safety": -1.0}, "safety"),
        ({"unsafe_cost_per_hour": 1.0}, "unsafe_cost_per_hour"),
        ({"history_weeks": 0}, "history_weeks"),
        ({"gap": float("nan")}, "gap"),
        ({"fuse_seconds": 0.0}, "fuse_seconds"),
        ({"most_days_in_a_row": 0}, "most_days_in_a_row"),
        ({"least_rest_hours": 25}, "least_rest_hours"),
        ({"weekend_cycle_weeks": 0}, "weekend_cycle_weeks"),
        ({"rounds": -1}, "rounds"),
    ],
)
def test_impossible_settings_are_named(change: dict[str, float], field: str) -> None:
    assert [one[0] for one in WeeklyRoster(**change).faults("rostering")] == [f"rostering.{field}"]  # type: ignore[arg-type]
