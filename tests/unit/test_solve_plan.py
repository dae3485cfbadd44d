"""`citycare solve plan`: what it prints and writes, what it refuses, and that runs of so many moves repeat."""

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from experiments.cli import main
from experiments.files.timetable import case_text, plan_text, read_plan
from optimize.timetable.bounding import lower_bound
from optimize.timetable.case import Timetable
from optimize.timetable.check import check
from optimize.timetable.planner import Effort, Progress, solve_timetable
from tests.small_timetable import plan, random_case, ward

pytestmark = pytest.mark.unit
MOVES = ["--moves", "40000", "--seed", "1"]


@pytest.fixture
def ward_file(tmp_path: Path) -> str:
    path = tmp_path / "ward.json"
    path.write_text(case_text(ward()), encoding="utf-8")
    return str(path)


def cheapest() -> int:
    """Return the least cost of the small ward by trying all admissions; n0, who can do all, nurses everybody."""
    places = [(-1, -1, -1), *product(range(3), range(2), range(2))]
    best = 10**9
    for admitted in product(places, repeat=3):
        made = plan(*(tuple(one[i] for one in admitted) for i in range(3)))
        verdict = check(ward(), made)
        if not verdict.n_violations:
            best = min(best, verdict.cost)
    return best


def test_the_best_plan_of_a_small_ward_is_found_written_and_judged(
    ward_file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "plan.json"
    assert main(["solve", "plan", ward_file, *MOVES, "--out", str(out)]) == 0
    printed = capsys.readouterr()
    cost = check(ward(), read_plan(ward(), out)).cost
    assert cost == cheapest()
    assert f"Cost {cost}, 3 of 3 patients admitted" in printed.out
    assert "Checked: every rule holds" in printed.out
    assert "No plan costs less than" in printed.out
    assert "3 patients, 1 of them mandatory, 3 days" in printed.err
    assert "million moves a second" in printed.err
    assert main(["solve", "plan", ward_file, "--check", str(out)]) == 0


def test_a_plan_that_breaks_rules_is_judged(ward_file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "plan.json"
    path.write_text(plan_text(ward(), plan((2, -1, -1))), encoding="utf-8")
    assert main(["solve", "plan", ward_file, "--check", str(path)]) == 2
    assert "patient p0 is admitted on day 2, not 0 to 1" in capsys.readouterr().err


def test_who_cannot_be_admitted_is_named_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = tmp_path / "ward.json", tmp_path / "plan.json"
    path.write_text(case_text(ward(surgeon_min=np.full((2, 3), 10))), encoding="utf-8")
    assert main(["solve", "plan", str(path), *MOVES, "--out", str(out)]) == 2
    assert "patient p0 must be admitted by day 1" in capsys.readouterr().err
    assert not out.exists()


@pytest.mark.parametrize("words", [["--moves", "0"], ["--seed", "-1"], ["--threads", "two"]])
def test_numbers_that_are_none_are_refused(ward_file: str, words: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["solve", "plan", ward_file, *words])
    assert caught.value.code == 2


def same(one: Timetable, other: Timetable) -> bool:
    return all(np.array_equal(getattr(one, part), getattr(other, part)) for part in ("day", "room", "theatre", "nurse"))


def found(**effort: Any) -> Timetable:
    solution = solve_timetable(random_case(1), Effort(**effort)).solution
    assert solution is not None
    return solution


def test_runs_of_so_many_moves_repeat() -> None:
    again = [found(n_moves=100_000, seed=seed) for seed in (3, 3, 4)]
    assert same(again[0], again[1])
    assert not same(again[0], again[2])


def test_no_more_moves_are_made_than_asked_for() -> None:
    told: list[Progress] = []
    solve_timetable(random_case(1), Effort(n_moves=30_001, n_chains=3), told.append)
    assert 29_990 <= told[-1].n_moves <= 30_001
    costs = [one.cost for one in told if not one.n_missing]
    assert costs == sorted(costs, reverse=True)


def test_time_ends_the_search() -> None:
    """The clock gives a second each time it is asked, so a search of 30 s ends in about 30 questions."""
    ticks = iter(range(10**6))
    told: list[Progress] = []
    solve_timetable(random_case(1), Effort(seconds=30.0), told.append, timer=lambda: float(next(ticks)))
    assert 30 <= next(ticks) <= 40
    assert told


def test_an_interrupt_keeps_the_best() -> None:
    def interrupt(progress: Progress) -> None:
        if progress.n_moves > 20_000:
            raise KeyboardInterrupt

    solved = solve_timetable(random_case(1), Effort(n_moves=10**8), interrupt)
    assert solved.solution is not None
    assert check(random_case(1), solved.solution).cost == solved.objective


def test_efforts_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match=r"seconds is 0.*n_moves is 0.*n_chains is 0"):
        Effort(seconds=0, n_moves=0, n_chains=0)


def test_a_bound_is_never_above_a_plan() -> None:
    bound = lower_bound(ward())
    assert bound is not None
    assert bound <= cheapest()
    # 3 nurses seen, an occupant's one, two openings or shares of them, no delay: nothing less is possible
    assert bound >= 11 * 4


def test_a_start_is_not_made_worse() -> None:
    first = found(n_moves=100_000)
    cost = check(random_case(1), first).cost
    solved = solve_timetable(random_case(1), Effort(n_moves=2000, seed=9), start=first)
    assert solved.objective is not None
    assert solved.objective <= cost
