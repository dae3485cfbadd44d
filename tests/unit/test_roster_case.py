"""Rosters judged: every rule is seen to be broken and to hold, every cost is counted, impossible cases are named."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from optimize.roster.case import OFF, Cover, Employee, Request, Roster, RosterCase, Shift, day_name
from optimize.roster.check import Charge, breaches, score
from tests.small_roster import ward

pytestmark = pytest.mark.unit

GOOD = ["-DD--DD", "DDD----", "DN-----"]
"""The days of ann, ben and cat."""


def roster(rows: list[str]) -> Roster:
    return np.array([["-DN".index(sign) - 1 for sign in row] for row in rows], dtype=np.intp)


def changed(employee: int, days: str, **limits: Any) -> list[str]:
    """Judge the good roster after one employee got other days, or other limits."""
    case = ward()
    staff = [replace(one, **limits) if e == employee else one for e, one in enumerate(case.employees)]
    rows = [days if e == employee else row for e, row in enumerate(GOOD)]
    return breaches(replace(case, employees=tuple(staff)), roster(rows))


def test_a_good_roster_breaks_nothing() -> None:
    assert breaches(ward(), roster(GOOD)) == []


@pytest.mark.parametrize(
    ("employee", "days", "words"),
    [
        (0, "-NN----", ["ann may not work N (day 1)", "ann may not work N (day 2)"]),
        (0, "DD-----", ["ann works on day 0, a day off"]),
        (1, "-ND----", ["ben works D on day 2, right after N"]),
        (1, "-NNN---", ["ben works 3 shifts N; at most 2 are allowed"]),
        (1, "--D----", ["ben works 480 minutes; 960 to 2400 are allowed", "ben works 1 days in a row from day 2; at"]),
        (1, "-DNN---", []),
        (2, "DDDDN--", None),
        (1, "DDDDD--", ["ben works 5 days in a row from day 0; at most 4 are allowed"]),
        (1, "DD-DD--", ["ben rests 1 days from day 2; at least 2 are due"]),
        (1, "DD--D--", ["ben works 1 days in a row from day 4; at least 2 are due"]),
        (1, "DD----D", []),  # a short run that touches the end
        (1, "D--DD--", []),  # a short run that touches the start
        (1, "-DD--DD", []),  # one day of rest at the start
        (2, "DN---D-", ["cat works 1 weekends; at most 0 are allowed"]),
        (2, "DN----D", ["cat works 1 weekends; at most 0 are allowed"]),
    ],
)
def test_each_rule_is_judged(employee: int, days: str, words: list[str] | None) -> None:
    found = changed(employee, days)
    if words is None:
        assert len(found) == 4  # two days off, more than 2400 minutes, a run of five
        return
    assert len(found) == len(words)
    for line, start in zip(found, words, strict=True):
        assert line.startswith(start)


def test_both_days_of_a_weekend_count_once() -> None:
    assert changed(1, "---DDDD") == []
    assert changed(1, "---DDDD", max_weekends=0) == ["ben works 1 weekends; at most 0 are allowed"]


def test_minutes_have_two_ends() -> None:
    assert changed(1, "DDD----", max_minutes=1439) == ["ben works 1440 minutes; 960 to 1439 are allowed"]
    assert changed(1, "DDD----", max_minutes=1440, min_minutes=1440) == []


def test_skills_decide_who_may_work_what() -> None:
    case = ward()
    shifts = (case.shifts[0], replace(case.shifts[1], skill="airway"))
    words = breaches(replace(case, shifts=shifts), roster(GOOD))
    assert words == ["cat may not work N (day 1)"]
    cat = replace(case.employees[2], skills=frozenset({"airway"}))
    case = replace(case, shifts=shifts, employees=(*case.employees[:2], cat))
    assert breaches(case, roster(GOOD)) == []


def test_a_roster_of_another_size_is_refused() -> None:
    assert breaches(ward(), roster(GOOD[:2])) == ["the roster has shape (2, 7); the case asks for (3, 7)"]


def test_every_cost_is_counted() -> None:
    """Day 0 needs one D and has two, day 1 has all it needs, day 2 one D and has two, day 5 has two for one."""
    judged = score(ward(), roster(["-DD--DD", "DND--D-", "DN-----"]))
    assert judged.charges == (
        Charge("over", "D", 0, 1, 1),
        Charge("under", "D", 1, 1, 100),
        Charge("over", "N", 1, 1, 1),
        Charge("over", "D", 2, 1, 1),
        Charge("over", "D", 5, 1, 1),
        Charge("wish", "ben", 1, 1, 3),
        Charge("wish", "ann", 2, 1, 2),
    )
    assert judged.total == 109
    assert judged.by_kind() == {"over": 4, "under": 100, "wish": 5}
    assert judged.by_entity() == {"D": 103, "N": 1, "ben": 3, "ann": 2}


def test_nobody_works_and_all_is_missing() -> None:
    assert score(ward(), np.full((3, 7), OFF)).by_kind() == {"under": 600, "wish": 3}


def test_hard_cover_turns_missing_people_into_a_breach() -> None:
    case = replace(ward(), cover_is_hard=True)
    assert breaches(case, roster(GOOD)) == []
    words = breaches(case, roster(["-DD----", *GOOD[1:]]))
    assert words == ["D on Saturday of week 1 has too few people"]


def test_nights_are_shared_by_those_who_may_work_them() -> None:
    """Ann may not work nights; ben works none and cat two: a spread of two."""
    case = ward()
    fair = replace(case, shifts=(case.shifts[0], replace(case.shifts[1], night=True)), night_spread_cost=5.0)
    assert fair.night_staff() == [1, 2]
    nights = roster(["-DD----", "DD-----", "NN-----"])
    assert score(fair, nights).charges[-1] == Charge("nights", "cat", None, 2, 5)
    shared = roster(["-DD----", "NN-----", "NN-----"])
    assert "nights" not in score(fair, shared).by_kind()
    assert "nights" not in score(replace(fair, night_spread_cost=0), nights).by_kind()


def test_days_are_named_from_a_monday() -> None:
    assert [day_name(day) for day in (0, 8, 20)] == ["Monday of week 1", "Tuesday of week 2", "Sunday of week 3"]
    assert [replace(ward(), n_days=n).n_weekends for n in (7, 12, 13, 14)] == [1, 1, 2, 2]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"n_days": 0, "requests": (), "covers": (), "employees": ()}, "n_days is 0"),
        ({"night_spread_cost": -1.0}, "night_spread_cost is -1.0"),
        ({"shifts": (Shift("D", 480), Shift("D", -1), Shift("N", 1))}, "shift D is given 2 times.*minutes of shift D"),
        ({"shifts": (Shift("D", 1), Shift("N", 1, frozenset("E")))}, "not_next of shift N names 'E'"),
        ({"requests": (Request("dan", 9, "E", -1, True),)}, "names 'dan'.*names 'E'.*day from 0 to 6.*number -1"),
        ({"covers": (Cover(0, "D", 1, 1, 1), Cover(0, "D", 2, 1, 1))}, r"cover of day and shift \(0, 'D'\) is given 2"),
        ({"covers": (Cover(0, "D", 1, -1, 1),)}, "cover on day 0 has the number -1"),
    ],
)
def test_impossible_cases_are_named(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        replace(ward(), **change)


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({"max_shifts": {"E": 1}}, "max_shifts of ann names 'E'"),
        ({"days_off": frozenset({7})}, "day off of ann is 7; give 0 to 6"),
        ({"min_rest": 0, "max_run": 0, "min_run": 1}, "max_run of ann is 0.*min_rest of ann is 0.*min_run of ann is 1"),
        ({"min_minutes": 9999}, "min_minutes of ann is 9999; give at most max_minutes = 1920"),
    ],
)
def test_impossible_employees_are_named(limits: dict[str, Any], words: str) -> None:
    case = ward()
    ann: Employee = replace(case.employees[0], **limits)
    with pytest.raises(ValueError, match=words):
        RosterCase(case.n_days, case.shifts, (ann, *case.employees[1:]), case.requests, case.covers)
