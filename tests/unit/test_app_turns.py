"""Runs take turns; planners are served one after the other; what is canceled ends."""

import subprocess
import sys
from pathlib import Path

import pytest

from experiments.app.asked import Asked
from experiments.app.turns import Process, Turns, next_of
from experiments.app.variants import Variant, Variants

pytestmark = pytest.mark.unit

WAITS = "input()"


def variants(tmp_path: Path, names: str) -> list[Variant]:
    """Return a variant for each letter: the letter is its planner."""
    kept = Variants(tmp_path)
    return [kept.keep(owner, f"Number {place}", Asked()) for place, owner in enumerate(names)]


def python(code: str) -> Process:
    return subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE)


def let_go(process: Process) -> None:
    """Let a process that waits for a line end well."""
    process.communicate(b"\n")


def settle(turns: Turns, n_left: int) -> None:
    """Wait until no more than so many turns are left."""
    with turns.changed:
        assert turns.changed.wait_for(lambda: len(turns.waiting) + (turns.running is not None) <= n_left, 30)


def test_planners_are_served_in_turn_not_by_how_much_they_ask(tmp_path: Path) -> None:
    left, served, order = variants(tmp_path, "aaabbc"), list[str](), ""
    while left:
        one = next_of(left, served)
        left.remove(one)
        served = [owner for owner in served if owner != one.owner] + [one.owner]
        order += one.owner
    assert order == "abcaba"


def test_who_was_never_served_comes_before_who_was(tmp_path: Path) -> None:
    mine, yours = variants(tmp_path, "ab")
    assert next_of([mine, yours], ["a"]) is yours
    assert next_of([mine, yours], ["a", "b"]) is mine
    assert next_of([mine, yours], ["b", "a"]) is yours


def test_places_say_how_many_turns_come_before(tmp_path: Path) -> None:
    turns, (one, two, other) = Turns(), variants(tmp_path, "aab")
    assert all(turns.add(each) for each in (one, two, other))
    assert [turns.place(each) for each in (one, other, two)] == [0, 1, 2]
    assert not turns.add(two)
    turns.running = turns.waiting.pop(0)
    turns.served = ["a"]
    assert [turns.place(each) for each in (one, other, two)] == [0, 1, 2]
    assert turns.place(variants(tmp_path, "z")[0]) is None


def test_one_runs_at_a_time_and_each_ending_is_told(tmp_path: Path) -> None:
    one, two = variants(tmp_path, "ab")
    codes = {one.key: "", two.key: "raise SystemExit(1)"}
    running: list[Process] = []

    def start(variant: Variant) -> Process:
        assert all(process.poll() is not None for process in running)
        running.append(python(codes[variant.key]))
        return running[-1]

    turns = Turns(start=start)
    turns.add(one)
    turns.add(two)
    assert one.state.name == two.state.name == "waiting"
    turns.open()
    settle(turns, 0)
    assert (one.state.name, two.state.name) == ("done", "failed")
    turns.close()


def test_what_waits_is_canceled_without_being_run(tmp_path: Path) -> None:
    (one,) = variants(tmp_path, "a")
    turns = Turns()
    turns.add(one)
    assert turns.cancel(one)
    assert one.state.name == "canceled"
    assert not turns.waiting
    assert not turns.cancel(one)


def test_what_runs_is_ended_and_the_next_begins(tmp_path: Path) -> None:
    one, two = variants(tmp_path, "ab")
    turns = Turns(
        start=lambda variant: python(WAITS if variant.key == one.key else ""), stop=lambda process: process.kill()
    )
    turns.add(one)
    turns.open()
    with turns.changed:
        assert turns.changed.wait_for(lambda: turns.process is not None or not turns.waiting, 30)
    turns.add(two)
    assert turns.cancel(one)
    settle(turns, 0)
    assert (one.state.name, two.state.name) == ("canceled", "done")
    turns.close()


def test_closing_stops_what_runs_and_what_waits_and_takes_no_more(tmp_path: Path) -> None:
    one, two = variants(tmp_path, "ab")
    started: list[Process] = []

    def start(variant: Variant) -> Process:
        started.append(python(WAITS))
        return started[-1]

    turns = Turns(start=start, stop=lambda process: process.kill())
    turns.open()
    turns.add(one)
    settle(turns, 1)
    with turns.changed:
        turns.changed.wait_for(lambda: turns.running is not None, 30)
    turns.add(two)
    turns.close()
    assert (one.state.name, two.state.name) == ("stopped", "stopped")
    assert started[0].poll() is not None
    assert not turns.add(two)


def test_a_run_that_cannot_be_started_fails_and_lets_others_run(tmp_path: Path) -> None:
    one, two = variants(tmp_path, "ab")

    def start(variant: Variant) -> Process:
        if variant.key == one.key:
            raise OSError("no such program")
        return python("")

    turns = Turns(start=start)
    for each in (one, two):
        turns.add(each)
    turns.open()
    settle(turns, 0)
    assert (one.state.name, two.state.name) == ("failed", "done")
    assert "no such program" in one.log.read_text(encoding="utf-8")
    turns.close()
