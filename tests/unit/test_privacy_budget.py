"""The account of privacy: never overspent, also by two at once, never altered, and in words when it is empty."""

import multiprocessing
import sqlite3
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from experiments.learning.budget import parts_of, read_spending, spend
from sim.faults import ScenarioError

pytestmark = pytest.mark.unit


def test_releases_add_up_exactly_to_the_budget(tmp_path: Path) -> None:
    ledger = tmp_path / "privacy.sqlite"
    for _ in range(10):
        account = spend(ledger, "a", 0.1, 1.0, "visits")
    assert (account.spent, account.left) == (1.0, 0.0)
    with pytest.raises(ScenarioError, match="1 of 1 is spent; at most 0 is left"):
        spend(ledger, "a", 0.000001, 1.0, "visits")
    assert len(read_spending(ledger)) == 10


def test_each_set_of_records_has_its_own_budget_fixed_at_first(tmp_path: Path) -> None:
    ledger = tmp_path / "privacy.sqlite"
    spend(ledger, "a", 1.0, 1.0, "visits")
    assert spend(ledger, "b", 0.5, 2.0, "visits").left == 1.5
    with pytest.raises(ScenarioError, match="2 was fixed"):
        spend(ledger, "b", 0.5, 5.0, "visits")


def test_a_refused_release_leaves_no_row(tmp_path: Path) -> None:
    ledger = tmp_path / "privacy.sqlite"
    spend(ledger, "a", 0.75, 1.0, "visits")
    before = read_spending(ledger)
    with pytest.raises(ScenarioError, match=r"0\.75 of 1 is spent; at most 0\.25 is left"):
        spend(ledger, "a", 0.5, 1.0, "visits")
    assert read_spending(ledger) == before


def try_to_spend(ledger: Path) -> int:
    done = 0
    for _ in range(20):
        try:
            spend(ledger, "a", 0.1, 1.5, "visits")
        except ScenarioError:
            continue
        done += 1
    return done


def test_two_processes_at_once_cannot_spend_more_than_there_is(tmp_path: Path) -> None:
    ledger = tmp_path / "privacy.sqlite"
    with ProcessPoolExecutor(2, multiprocessing.get_context("fork")) as pool:
        done = list(pool.map(try_to_spend, [ledger, ledger]))
    assert sum(done) == 15
    assert sum(row.epsilon for row in read_spending(ledger)) == parts_of(1.5, "--epsilon")


@pytest.mark.parametrize("statement", ["UPDATE spending SET epsilon = 1", "DELETE FROM spending"])
def test_rows_are_never_altered_nor_removed(statement: str, tmp_path: Path) -> None:
    ledger = tmp_path / "privacy.sqlite"
    spend(ledger, "a", 0.5, 1.0, "visits")
    with closing(sqlite3.connect(ledger)) as connection, pytest.raises(sqlite3.IntegrityError, match="never"):
        connection.execute(statement)


def test_a_ledger_altered_behind_its_back_is_seen(tmp_path: Path) -> None:
    ledger = tmp_path / "privacy.sqlite"
    for _ in range(3):
        spend(ledger, "a", 0.25, 1.0, "visits")
    with closing(sqlite3.connect(ledger)) as connection:
        connection.execute("DROP TRIGGER spending_stays")
        connection.execute("UPDATE spending SET epsilon = 1 WHERE number = 2")
        connection.commit()
    with pytest.raises(ScenarioError, match=r"row = 2.*altered"):
        spend(ledger, "a", 0.25, 1.0, "visits")


def test_a_file_that_is_no_ledger_is_named(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("no ledger at all, but long enough to be read as a page", encoding="utf-8")
    with pytest.raises(ScenarioError, match="--ledger"):
        spend(file, "a", 0.5, 1.0, "visits")
    assert read_spending(tmp_path / "absent") == []


@pytest.mark.parametrize("epsilon", [0.0, -1.0, float("nan"), float("inf"), 1e-9])
def test_no_epsilon_without_sense(epsilon: float) -> None:
    with pytest.raises(ScenarioError, match="--epsilon"):
        parts_of(epsilon, "--epsilon")


def test_epsilon_is_never_rounded_down() -> None:
    assert parts_of(0.1, "--epsilon") == 100_000
    assert parts_of(0.1000001, "--epsilon") == 100_001
