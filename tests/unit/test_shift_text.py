"""Benchmark files of shift scheduling: read whole, faults named by line; rosters survive writing and reading."""

import os
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.files.roster_text import read_roster_text, write_roster_text
from experiments.files.shift_text import read_shift_text
from optimize.roster.case import RosterCase
from optimize.roster.check import breaches, score
from sim.faults import ScenarioError
from tests.small_roster import ONE_WEEK_TEXT, ward

pytestmark = pytest.mark.unit

BENCHMARKS = Path(os.environ.get("CITYCARE_ROSTERING", Path(__file__).parents[3] / "shared" / "data" / "rostering"))
REFERENCES = sorted((BENCHMARKS / "reference_rosters").glob("Instance?*.txt.out")) if BENCHMARKS.is_dir() else []
PUBLISHED = """\
solver says hello: 7
  ann:  .d1 . . . .N=
  ben: N=N= . . . . .
Final solution: 7
"""


def file_of(folder: Path, text: str, name: str = "ward.txt") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_is_read_whole(tmp_path: Path) -> None:
    assert read_shift_text(file_of(tmp_path, ONE_WEEK_TEXT)) == ward()


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("N,600,D", "N,ten,D", "ward.txt line 7 = 'N,ten,D': write whole numbers"),
        ("ann,D=7|N=0,1920", "ann,D7,1920", "ward.txt line 10"),
        ("0,D,1,100,1", "0,D,1,100", "ward.txt line 25 = '4 cells': give 5 cells"),
        ("SECTION_COVER", "SECTION_NEEDS", "ward.txt line 24 = 'SECTION_NEEDS': begin one of SECTION_HORIZON"),
        ("SECTION_HORIZON\n7", "SECTION_HORIZON", "no lines in SECTION_HORIZON"),
        ("ann,0", "eve,0", "SECTION_DAYS_OFF = 'eve'"),
        ("ben,1,D,3", "ben,1,X,3", "request of ben on day 1 names 'X'"),
        ("0,D,1,100,1", "9,D,1,100,1", "cover on day 9: give a day from 0 to 6"),
    ],
)
def test_faults_are_named_by_line(tmp_path: Path, old: str, new: str, fault: str) -> None:
    assert old in ONE_WEEK_TEXT
    with pytest.raises(ScenarioError, match=re.escape(fault)):
        read_shift_text(file_of(tmp_path, ONE_WEEK_TEXT.replace(old, new, 1)))


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    text = ONE_WEEK_TEXT.replace("N,600,D", "N,ten,D").replace("0,D,1,100,1", "0,D,one,100,1")
    with pytest.raises(ScenarioError) as caught:
        read_shift_text(file_of(tmp_path, text))
    assert [fault.field for fault in caught.value.faults] == ["ward.txt line 7", "ward.txt line 25"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("ann,D=7|N=0,1920", "ann,D7,1920"),  # nobody is called ann then, and days off name her
        ("SECTION_COVER", "SECTION_NEEDS"),  # covers then stand nowhere, and there are none
        ("SECTION_STAFF", "SECTION_PEOPLE"),
        ("SECTION_SHIFT_ON_REQUESTS", "SECTION_WISHES"),
        ("SECTION_HORIZON\n7", "SECTION_HORIZON\nseven"),
        ("SECTION_HORIZON\n", ""),  # a number in no section
        ("N,600,D\n", "N,600\n"),
    ],
)
def test_what_follows_from_a_fault_is_no_fault_of_its_own(tmp_path: Path, old: str, new: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        read_shift_text(file_of(tmp_path, ONE_WEEK_TEXT.replace(old, new, 1)))
    assert len(caught.value.faults) == 1


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"nothing\.txt"):
        read_shift_text(tmp_path / "nothing.txt")
    (tmp_path / "bytes.txt").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(ScenarioError, match="UTF-8"):
        read_shift_text(tmp_path / "bytes.txt")


@given(st.lists(st.lists(st.integers(-1, 1), min_size=7, max_size=7), min_size=3, max_size=3))
def test_rosters_survive_writing_and_reading(tmp_path_factory: pytest.TempPathFactory, rows: list[list[int]]) -> None:
    roster = np.array(rows, dtype=np.intp)
    text = write_roster_text(ward(), roster, ("objective 7", "bound 6"))
    assert text.startswith("# objective 7\n# bound 6\n# day\t0\t1\t")
    path = file_of(tmp_path_factory.mktemp("rosters"), text)
    assert [found.tolist() for found in read_roster_text(path, ward())] == [rows]


def test_published_layouts_are_read_out_of_a_log(tmp_path: Path) -> None:
    small = ward()
    shifts = (small.shifts[0].__class__("d1", 480), small.shifts[1].__class__("N", 600))
    staff = tuple(one.__class__(one.name) for one in small.employees[:2])
    case = RosterCase(7, shifts, staff)
    found = read_roster_text(file_of(tmp_path, PUBLISHED * 2), case)
    assert [roster.tolist() for roster in found] == [[[-1, 0, -1, -1, -1, -1, 1], [1, 1, -1, -1, -1, -1, -1]]] * 2


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("ann\t.\t.\n", "line 1 = '2 cells': give 7 cells, each one of . D N"),
        ("ann\tX\t.\t.\t.\t.\t.\t.\n", "line 1 = 'X'"),
        ("ann\t.\t.\t.\t.\t.\t.\t.\n", "1 lines"),
        ("", "0 lines"),
    ],
)
def test_faults_of_rosters_are_named(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(ScenarioError, match=re.escape(fault)):
        read_roster_text(file_of(tmp_path, text), ward())


@pytest.mark.skipif(not REFERENCES, reason="the published instances are not on this machine")
@pytest.mark.parametrize("path", [path for path in REFERENCES if "Gent" not in path.name], ids=lambda path: path.name)
def test_published_rosters_hold_and_cost_what_is_published(path: Path) -> None:
    case = read_shift_text(BENCHMARKS / "curtois" / path.name.removesuffix(".out"))
    published = re.findall(r"^Final solution.*: (\d+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    rosters = read_roster_text(path, case)
    assert published
    assert [score(case, roster).total for roster in rosters] == list(map(float, published))
    assert [breaches(case, roster) for roster in rosters] == [[]] * len(rosters)
