"""Keep account of privacy: how much each set of records may tell in all, and what every release of it has spent.

The account is an SQLite file whose rows are never altered or removed. Whoever releases spends first, alone with the
file, so that two processes together cannot spend more than there is; a release that fails afterwards stays spent.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from math import ceil
from pathlib import Path

from sim.faults import Fault, ScenarioError

FILE = "privacy.sqlite"
PATIENCE_S = 60.0
"""How long a process waits for another one that is spending."""
PARTS = 1_000_000
"""Epsilon is counted in millionths, so that sums are exact."""

_SCHEMA = (
    """CREATE TABLE IF NOT EXISTS spending (
        number INTEGER PRIMARY KEY, records TEXT NOT NULL, budget INTEGER NOT NULL CHECK (budget > 0),
        epsilon INTEGER NOT NULL CHECK (epsilon > 0), what TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL
        ) STRICT""",
    """CREATE TRIGGER IF NOT EXISTS spending_stays BEFORE UPDATE ON spending
        BEGIN SELECT RAISE(ABORT, 'what was spent is never altered'); END""",
    """CREATE TRIGGER IF NOT EXISTS spending_remains BEFORE DELETE ON spending
        BEGIN SELECT RAISE(ABORT, 'what was spent is never removed'); END""",
)
_READ = "SELECT number, records, budget, epsilon, what, previous, hash FROM spending ORDER BY number"


@dataclass(frozen=True, slots=True)
class Spent:
    """Record one release: of which records (their SHA-256), their budget and what it cost in millionths, and what."""

    number: int
    records: str
    budget: int
    epsilon: int
    what: str
    previous: str
    hash: str

    def chained(self) -> str:
        """Return the hash that this row must have after the one before."""
        words = (self.number, self.records, self.budget, self.epsilon, self.what, self.previous)
        return sha256("\x1f".join(map(str, words)).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Account:
    """Say of a set of records what it may tell in all and what is spent, both as epsilon."""

    budget: float
    spent: float

    @property
    def left(self) -> float:
        """Return what is left."""
        return round(self.budget - self.spent, 6)


def parts_of(epsilon: float, option: str) -> int:
    """Return epsilon in millionths, rounded up.

    Raises:
        ScenarioError: when it is not a finite number of at least one millionth.
    """
    if not 1 / PARTS <= epsilon <= PARTS:
        raise ScenarioError([Fault(option, epsilon, f"give a number from {1 / PARTS:.6f} to {PARTS:,}")])
    return ceil(epsilon * PARTS - 1e-6)


def spend(ledger: Path, records: str, epsilon: float, budget: float, what: str) -> Account:
    """Spend epsilon of the budget of some records, named by their SHA-256, and return the account after it.

    Releases add up (sequential composition, Dwork & Roth 2014, 10.1561/0400000042, theorem 3.16). The first one fixes
    the budget.

    Raises:
        ScenarioError: when more would be spent than the budget allows, another budget was fixed before, or the ledger
            cannot be read or was altered. Nothing is spent then.
    """
    cost, most = parts_of(epsilon, "--epsilon"), parts_of(budget, "--budget")
    with _alone(ledger) as connection:
        rows = _rows(connection, ledger)
        own = [row for row in rows if row.records == records]
        if own and own[0].budget != most:
            mend = f"{own[0].budget / PARTS:g} was fixed when these records were first released; leave it so"
            raise ScenarioError([Fault("--budget", budget, mend)])
        spent = sum(row.epsilon for row in own)
        if spent + cost > most:
            mend = f"{spent / PARTS:g} of {most / PARTS:g} is spent; at most {(most - spent) / PARTS:g} is left"
            raise ScenarioError([Fault("--epsilon", epsilon, mend)])
        row = Spent(len(rows) + 1, records, most, cost, what, rows[-1].hash if rows else "", "")
        cells = (row.number, records, most, cost, what, row.previous, row.chained())
        connection.execute("INSERT INTO spending VALUES (?, ?, ?, ?, ?, ?, ?)", cells)
    return Account(most / PARTS, (spent + cost) / PARTS)


def read_spending(ledger: Path) -> list[Spent]:
    """Return all that was spent, in order; nothing where there is no ledger yet.

    Raises:
        ScenarioError: when it cannot be read, or was altered.
    """
    if not ledger.is_file():
        return []
    with _alone(ledger) as connection:
        return _rows(connection, ledger)


@contextmanager
def _alone(ledger: Path) -> Iterator[sqlite3.Connection]:
    """Lend the ledger to one process at a time; rows are kept when the block ends, none when it fails."""
    try:
        with closing(sqlite3.connect(ledger, timeout=PATIENCE_S, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                for statement in _SCHEMA:
                    connection.execute(statement)
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                connection.rollback()
                raise
    except sqlite3.Error as error:
        mend = f"name a ledger that can be read and written ({error})"
        raise ScenarioError([Fault("--ledger", str(ledger), mend)]) from error


def _rows(connection: sqlite3.Connection, ledger: Path) -> list[Spent]:
    rows = [Spent(*found) for found in connection.execute(_READ)]
    previous = ""
    for number, row in enumerate(rows, 1):
        if (row.number, row.previous, row.hash) != (number, previous, row.chained()):
            mend = "the ledger was altered from this row on; put back a copy from before"
            raise ScenarioError([Fault(f"{ledger}, row", number, mend)])
        previous = row.hash
    return rows
