"""Keep the ledger in SQLite, so that two processes may work on one registry: whoever writes holds the file alone."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import astuple
from pathlib import Path

from sim.faults import Fault, ScenarioError
from sim.platform.desk import Desk
from sim.platform.ledger import Entry, Row, first_broken
from sim.platform.records import Status

FILE = "resources.sqlite"
PATIENCE_S = 60.0
"""How long a process waits for another one that is writing."""

_SCHEMA = (
    """CREATE TABLE IF NOT EXISTS ledger (
        number INTEGER PRIMARY KEY, time_min REAL NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL,
        subject TEXT NOT NULL, reason TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL,
        previous TEXT NOT NULL, hash TEXT NOT NULL) STRICT""",
    """CREATE TRIGGER IF NOT EXISTS rows_stay BEFORE UPDATE ON ledger
        BEGIN SELECT RAISE(ABORT, 'rows of the ledger are never altered'); END""",
    """CREATE TRIGGER IF NOT EXISTS rows_remain BEFORE DELETE ON ledger
        BEGIN SELECT RAISE(ABORT, 'rows of the ledger are never removed'); END""",
)
_READ = (
    "SELECT number, previous, hash, time_min, actor, action, subject, reason, before, after FROM ledger ORDER BY number"
)
_WRITE = "INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


def read_desk(folder: Path) -> Desk:
    """Return the registry of a folder as it is now.

    Raises:
        ScenarioError: when there is none, it cannot be read, or its ledger was altered.
    """
    _check_is_there(folder)
    with _connected(folder) as connection:
        return _desk(connection, folder)


@contextmanager
def changing(folder: Path, make: bool = False) -> Iterator[Desk]:
    """Lend the registry of a folder to be changed, alone; all rows are kept when the block ends, none when it fails.

    `make` begins a new registry where there is none.

    Raises:
        ScenarioError: when there is none, it cannot be read or written, or its ledger was altered.
    """
    if make:
        _make_folder(folder)
    else:
        _check_is_there(folder)
    with _connected(folder) as connection:
        connection.execute("BEGIN IMMEDIATE")
        try:
            for statement in _SCHEMA:
                connection.execute(statement)
            desk = _desk(connection, folder)
            n_known = len(desk.ledger.rows)
            yield desk
            connection.executemany(_WRITE, map(_cells, desk.ledger.rows[n_known:]))
            connection.execute("COMMIT")
        except BaseException:
            connection.rollback()
            raise


@contextmanager
def _connected(folder: Path) -> Iterator[sqlite3.Connection]:
    path = folder / FILE
    try:
        with closing(sqlite3.connect(path, timeout=PATIENCE_S, isolation_level=None)) as connection:
            yield connection
    except sqlite3.Error as error:
        mend = f"give a folder whose {FILE} can be read and written ({error})"
        raise ScenarioError([Fault(FILE, str(path), mend)]) from error


def _desk(connection: sqlite3.Connection, folder: Path) -> Desk:
    rows = [Row(found[0], Entry(*found[3:]), *found[1:3]) for found in connection.execute(_READ)]
    broken = first_broken(rows)
    if broken is not None:
        mend = "the ledger was altered from this row on; put back a copy from before"
        raise ScenarioError([Fault(f"{folder / FILE}, ledger", f"row {broken}", mend)])
    return Desk(rows)


def _cells(row: Row) -> tuple[object, ...]:
    return row.number, *astuple(row.entry), row.previous, row.hash


def shared_ids(folder: Path) -> set[str]:
    """Return the ids of what is registered and not withdrawn; none where there is no registry yet."""
    if not (folder / FILE).is_file():
        return set()
    resources = read_desk(folder).state.resources.values()
    return {one.id for one in resources if one.status is not Status.WITHDRAWN}


def _check_is_there(folder: Path) -> None:
    if not (folder / FILE).is_file():
        mend = f"name a folder with a file {FILE}; `citycare resources add` begins one"
        raise ScenarioError([Fault("FOLDER", str(folder), mend)])


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        mend = f"name a folder that can be written ({error.strerror or error})"
        raise ScenarioError([Fault("FOLDER", str(folder), mend)]) from error
