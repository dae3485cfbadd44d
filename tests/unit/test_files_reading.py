"""What strangers put into a file: accepted, or one clear fault, and never a traceback."""

import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.files.reading import read_sheet
from experiments.files.sheet import FAULTS_SHOWN, LONGEST_CELL, Sheet
from sim.faults import Fault

pytestmark = pytest.mark.unit


def read(folder: Path, content: bytes, *required: str, name: str = "some.csv") -> Sheet:
    (folder / name).write_bytes(content)
    return read_sheet(folder / name, required)


def only_fault(sheet: Sheet) -> Fault:
    (fault,) = sheet.all_faults()
    return fault


def test_columns_are_read_by_name(tmp_path: Path) -> None:
    sheet = read(tmp_path, b" Per Hour ,b\n1, x \n2,y\n", "per_hour", "b")
    assert sheet.columns == {"per_hour": ["1", "2"], "b": ["x", "y"]}
    assert sheet.all_faults() == []


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"\xef\xbb\xbfa,b\n1,2\n", {"a": ["1"], "b": ["2"]}),
        (b"a,b\r\n1,2\r\n", {"a": ["1"], "b": ["2"]}),
        (b'a,b\n"one\ntwo","x,y"\n', {"a": ["one\ntwo"], "b": ["x,y"]}),
        (b'a\n"say ""hi"""\n', {"a": ['say "hi"']}),
        (b"a,b\n\n1,2\n,\n", {"a": ["1"], "b": ["2"]}),
        (b"a,b,,\n1,2,,\n", {"a": ["1"], "b": ["2"]}),
        (b"a\n1", {"a": ["1"]}),
    ],
    ids=["byte order mark", "windows lines", "line break in a cell", "quotes", "blank rows", "empty columns", "no end"],
)
def test_what_is_harmless_is_accepted(tmp_path: Path, content: bytes, expected: dict[str, list[str]]) -> None:
    sheet = read(tmp_path, content)
    assert sheet.all_faults() == []
    assert sheet.columns == expected


@pytest.mark.parametrize(
    ("content", "field", "mend"),
    [
        (b"", "some.csv", "header row"),
        (b"\n \n", "some.csv", "header row"),
        (b"a,b\n", "some.csv", "at least one row"),
        (b"\na,b\n1,2\n", "some.csv row 1", "names of the columns"),
        (b"a;b\n1;2\n", "some.csv row 1", "commas, not semicolons"),
        (b"a\tb\n1\t2\n", "some.csv row 1", "commas, not tabs"),
        (b"a,b,a\n1,2,3\n", "some.csv row 1", "once"),
        (b"b\n1\n", "some.csv row 1", "add the column a"),
        (b"a\n\xfc\n", "some.csv line 2", "UTF-8"),
        ("a\n1\n".encode("utf-16"), "some.csv line 1", "UTF-8"),
        (b"a\n1\n2\x00\n", "some.csv line 3", "zero bytes"),
        (b'a\n"never closed\n', "some.csv line 2", "quotation mark"),
        (b"a,b\n1,2\n1\n", "some.csv row 3", "2 cells"),
        (b"a,b\n1,2,3\n1,2\n", "some.csv row 2", "2 cells"),
        (b"a\n" + b"x" * 200_000 + b"\n", "some.csv line 2", "quotation mark"),
    ],
)
def test_what_cannot_be_read_is_one_fault(tmp_path: Path, content: bytes, field: str, mend: str) -> None:
    fault = only_fault(read(tmp_path, content, "a"))
    assert fault.field == field
    assert mend in fault.mend


def test_a_missing_file_and_a_folder_in_its_place_are_faults(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    for name in ("nowhere.csv", "folder.csv"):
        assert only_fault(read_sheet(tmp_path / name, ())) == Fault(
            name, "no such file", f"put a file {name} into the folder"
        )


def test_a_packed_file_is_unpacked_and_a_broken_one_is_a_fault(tmp_path: Path) -> None:
    packed = gzip.compress(b"a\n1\n", mtime=0)
    assert read(tmp_path, packed, name="a.csv.gz").columns == {"a": ["1"]}
    for broken in (b"no gzip", packed[:-9], packed[:12] + b"\xff" * 9):
        assert only_fault(read(tmp_path, broken, name="b.csv.gz")).mend == "make the file readable"


def test_rows_are_counted_as_a_spreadsheet_shows_them(tmp_path: Path) -> None:
    sheet = read(tmp_path, b'a\n"1\n1"\n\n2\n')
    assert sheet.rows == [2, 4]


@pytest.mark.parametrize("cell", ["x", "nan", "NaN", "inf", "-inf", "1e999", "1,5", "1_0", "0x10", "", "-1", "11"])
def test_what_is_no_number_in_range_is_blamed(cell: str) -> None:
    sheet = Sheet("f.csv", {"n": ["1", cell]}, [2, 3])
    values = sheet.numbers("n", low=0, high=10)
    assert only_fault(sheet) == Fault("f.csv row 3, column n", cell, "give a number from 0 to 10")
    np.testing.assert_array_equal(values, [1.0, np.nan])


@pytest.mark.parametrize("cell", ["inf", "-inf", "nan"])
def test_without_bounds_numbers_are_still_finite(cell: str) -> None:
    sheet = Sheet("f.csv", {"n": [cell]}, [2])
    sheet.numbers("n")
    assert only_fault(sheet) == Fault("f.csv row 2, column n", cell, "give a number")


def test_empty_cells_take_the_default_only_where_there_is_one() -> None:
    sheet = Sheet("f.csv", {"n": ["", "2"]}, [2, 3])
    assert sheet.numbers("n", default=7).tolist() == [7, 2]
    assert sheet.whole_numbers("absent", low=0, high=9, default=-1).tolist() == [-1, -1]
    assert sheet.all_faults() == []


def test_a_fraction_is_no_whole_number() -> None:
    sheet = Sheet("f.csv", {"n": ["2.0", "2.5"]}, [2, 3])
    assert sheet.whole_numbers("n", low=0, high=9)[0] == 2
    assert only_fault(sheet) == Fault("f.csv row 3, column n", "2.5", "give a whole number")


@pytest.mark.parametrize("cell", ["=1+1", "@SUM(A1)", "+49", "a\x1b[2Jb", "x" * (LONGEST_CELL + 1), ""])
def test_text_that_could_do_harm_or_is_missing_is_blamed(cell: str) -> None:
    sheet = Sheet("f.csv", {"name": [cell, "-5 Nord", "St. Mary's"]}, [2, 3, 4])
    sheet.texts("name", required=True)
    fault = only_fault(sheet)
    assert fault.field == "f.csv row 2, column name"
    assert len(str(fault)) < 200


def test_line_breaks_in_text_become_spaces() -> None:
    assert Sheet("f.csv", {"name": ["St.\n Mary"]}, [2]).texts("name") == ["St. Mary"]


def test_repeated_ids_name_the_row_of_the_first() -> None:
    sheet = Sheet("f.csv", {"id": ["a", "b", "a"]}, [2, 3, 5])
    sheet.ids()
    assert only_fault(sheet) == Fault("f.csv row 5, column id", "a (as in row 2)", "give every row its own id")


def test_an_unknown_name_is_answered_with_the_one_probably_meant() -> None:
    sheet = Sheet("f.csv", {"status": ["activ", ""]}, [2, 3])
    assert sheet.words("status", ("active", "inactive"), "active")[1] == "active"
    assert "did you mean 'active'?" in only_fault(sheet).mend


def test_an_empty_name_is_not_blamed_for_being_unknown() -> None:
    sheet = Sheet("f.csv", {"zone": [""]}, [2])
    sheet.blame_unknown(sheet.texts("zone", required=True), ["a"], "zone")
    assert only_fault(sheet).mend == "fill the cell"


def test_of_many_faults_alike_the_first_are_shown_and_the_rest_counted() -> None:
    n = 1000
    sheet = Sheet("f.csv", {"n": ["x"] * n}, list(range(2, n + 2)))
    sheet.numbers("n")
    faults = sheet.all_faults()
    assert len(faults) == FAULTS_SHOWN + 1
    assert faults[-1] == Fault("f.csv, column n", f"{n - FAULTS_SHOWN} more rows", "give a number")


def test_cells_of_a_missing_column_are_not_blamed_again(tmp_path: Path) -> None:
    sheet = read(tmp_path, b"a\n1\n", "n")
    sheet.numbers("n")
    sheet.texts("n", required=True)
    assert only_fault(sheet).mend == "add the column n"


@given(content=st.binary(max_size=300))
def test_no_bytes_whatever_make_a_traceback(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    sheet = read(tmp_path_factory.mktemp("bytes"), content, "a")
    sheet.ids("a")
    sheet.whole_numbers("a", low=0, high=9)
    assert all(str(fault) for fault in sheet.all_faults())


@given(rows=st.lists(st.lists(st.text(alphabet='ab1,";\n\r =\x00ü', max_size=6), max_size=4), max_size=6))
def test_no_text_whatever_makes_a_traceback(rows: list[list[str]], tmp_path_factory: pytest.TempPathFactory) -> None:
    text = "\n".join(",".join(row) for row in [["a", "b"], *rows])
    sheet = read(tmp_path_factory.mktemp("text"), text.encode(), "a")
    assert len(sheet.ids("a")) == len(sheet.rows)
