"""The registry's file: what two processes do at once, what fails halfway, and what was altered."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from experiments.resources.store import FILE, changing, read_desk, shared_ids
from sim.faults import ScenarioError
from sim.platform.agreements import ANY, Agreement
from sim.platform.desk import OPERATOR, Call
from sim.platform.kinds import SharedKind
from sim.platform.records import Offer, Request, Resource, Standing

pytestmark = pytest.mark.unit

NOW = Call(OPERATOR, 0.1)
SCANNER = Resource("ct", "CT", SharedKind.EQUIPMENT, "ct_scanner", "A", "A")
N_ROUNDS = 6

FIGHT = """
import sys
import time
from pathlib import Path
from experiments.resources.store import changing
from sim.faults import ScenarioError
from sim.platform.desk import OPERATOR, Call

folder, request = Path(sys.argv[1]), sys.argv[2]
(folder / f"{request}.ready").touch()
while len(list(folder.glob("*.ready"))) < 2:
    time.sleep(0.005)
with changing(folder) as desk:
    time.sleep(0.3)  # long enough for the other to come in between, if it could
    done = desk.schedule(Call(OPERATOR, 0.0), request)
print(len(done.bookings))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with changing(tmp_path, make=True) as desk:
        desk.register(NOW, SCANNER)
        desk.agree(NOW, Agreement(ANY, ANY))
        desk.offer(NOW, Offer("", "ct", 1, 0.0, 100.0))
    return tmp_path


def fight(folder: Path, script: str, *names: str) -> list[str]:
    """Start one process for each name at once, and return what each printed."""
    words = [[sys.executable, "-c", script, str(folder), name] for name in names]
    started = [subprocess.Popen(one, stdout=subprocess.PIPE, text=True) for one in words]
    printed = [one.communicate(timeout=120)[0].strip() for one in started]
    assert [one.returncode for one in started] == [0] * len(names)
    return printed


def test_of_two_processes_that_fight_for_one_window_exactly_one_wins(folder: Path) -> None:
    with changing(folder) as desk:
        for hospital in "BC":
            desk.request(NOW, Request("", hospital, SCANNER.kind, "ct_scanner", 1, 0.0, 100.0, 100.0))
    assert sorted(fight(folder, FIGHT, "request-1", "request-2")) == ["0", "1"]
    bookings = read_desk(folder).state.bookings.values()
    assert [one.standing for one in bookings] == [Standing.OPEN]


def test_two_processes_that_write_much_lose_no_row(folder: Path) -> None:
    script = f"""
import sys
import time
from pathlib import Path
from experiments.resources.store import changing
from sim.platform.desk import Call
from sim.platform.kinds import SharedKind
from sim.platform.records import Resource

folder, name = Path(sys.argv[1]), sys.argv[2]
(folder / f"{{name}}.ready").touch()
while len(list(folder.glob("*.ready"))) < 2:
    time.sleep(0.005)
for number in range({N_ROUNDS}):
    with changing(folder) as desk:
        desk.register(Call(name, 0.0), Resource(f"{{name}}{{number}}", "x", SharedKind.BED, "icu_bed", name, name))
"""
    n_before = len(read_desk(folder).ledger.rows)
    fight(folder, script, "B", "C")
    rows = read_desk(folder).ledger.rows  # reading refuses a ledger whose chain is broken
    assert len(rows) == n_before + 2 * N_ROUNDS
    assert {row.entry.subject for row in rows[n_before:]} == {f"{name}{i}" for name in "BC" for i in range(N_ROUNDS)}


def test_what_is_read_is_what_was_written(folder: Path) -> None:
    with changing(folder) as desk:
        written = desk.state
        rows = list(desk.ledger.rows)
    again = read_desk(folder)
    assert again.state == written
    assert again.ledger.rows == rows
    assert rows[0].entry.time_min == 0.1


def test_nothing_is_kept_of_a_change_that_fails_halfway(folder: Path) -> None:
    n_before = len(read_desk(folder).ledger.rows)
    bed = Resource("x", "x", SharedKind.BED, "icu_bed", "A", "A")
    with pytest.raises(ScenarioError), changing(folder) as desk:
        assert [desk.register(NOW, one) for one in (bed, SCANNER)] == []
    assert len(read_desk(folder).ledger.rows) == n_before
    with changing(folder) as desk:  # and nobody is kept waiting
        desk.withdraw(NOW, "ct")
    assert shared_ids(folder) == set()


@pytest.mark.parametrize("change", ["UPDATE ledger SET actor = 'x' WHERE number = 1", "DELETE FROM ledger"])
def test_rows_are_not_altered_by_ordinary_means(folder: Path, change: str) -> None:
    with (
        closing(sqlite3.connect(folder / FILE)) as file,
        pytest.raises(sqlite3.IntegrityError, match="ledger are never"),
    ):
        file.execute(change)


@pytest.mark.parametrize(
    ("change", "row"),
    [
        ("UPDATE ledger SET actor = 'B' WHERE number = 2", 2),
        ("UPDATE ledger SET after = replace(after, '\"units\":1', '\"units\":9') WHERE number = 1", 1),
        ("DELETE FROM ledger WHERE number = 2", 2),
    ],
)
def test_a_row_altered_by_force_shows(folder: Path, change: str, row: int) -> None:
    with closing(sqlite3.connect(folder / FILE)) as file:
        file.executescript(f"DROP TRIGGER rows_stay; DROP TRIGGER rows_remain; {change};")
    with pytest.raises(ScenarioError, match=f"ledger = 'row {row}': the ledger was altered"):
        read_desk(folder)


def test_a_folder_without_a_registry_says_how_to_begin_one(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="citycare resources add"):
        read_desk(tmp_path)
    with pytest.raises(ScenarioError, match="citycare resources add"), changing(tmp_path):
        pass
    assert shared_ids(tmp_path) == set()
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_no_registry_is_named(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("not a database, but long enough to look at" * 40)
    with pytest.raises(ScenarioError, match="can be read and written"):
        read_desk(tmp_path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(ScenarioError, match="name a folder that can be written"),
        changing(tmp_path / "file", make=True),
    ):
        pass
