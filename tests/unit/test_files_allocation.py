"""The history of supply and demand: what is read, and every fault at once with row, column, value and mend."""

from pathlib import Path

import numpy as np
import pytest

from experiments.files.allocation import History, read_history

pytestmark = pytest.mark.unit

HEADER = "type,place,period,resource_supply,resource_demand\n"
TWO = HEADER + "bed,north,2,5,4\nbed,north,10,6,5\nbed,south,2,1,3\nbed,south,10,1,2.5\n"


def read(folder: Path, content: str, travel: str = "") -> tuple[list[str], History | None]:
    (folder / "medical_resource.csv").write_text(content, encoding="utf-8")
    if travel:
        (folder / "travel.csv").write_text(travel, encoding="utf-8")
    faults, history = read_history(folder)
    return [str(fault) for fault in faults], history


def test_rows_become_periods_types_and_places(tmp_path: Path) -> None:
    faults, history = read(tmp_path, TWO)
    assert faults == []
    assert history is not None
    assert (history.types, history.places, history.periods) == (("bed",), ("north", "south"), ("2", "10"))
    assert history.supply.tolist() == [[[5, 1]], [[6, 1]]]
    assert history.demand.tolist() == [[[4, 3]], [[5, 2.5]]]
    assert history.travel_min is None


def test_owners_are_places_and_rows_that_say_nothing_are_passed_over(tmp_path: Path) -> None:
    content = (
        "id,type,owner,resource_supply,resource_demand\n"
        "north,hospital,,,\nn1,CT,north,2,1\nn2,bed,north,,\ns1,CT,south,0,2\n"
    )
    faults, history = read(tmp_path, content)
    assert faults == []
    assert history is not None
    assert (history.types, history.places, history.periods) == (("CT",), ("north", "south"), ("",))
    assert history.supply.tolist() == [[[2, 0]]]


def test_types_that_a_place_never_mentions_are_zero_there(tmp_path: Path) -> None:
    faults, history = read(tmp_path, HEADER + "bed,north,2024-12,5,4\nCT,south,2024-12,1,3\n")
    assert faults == []
    assert history is not None
    assert history.supply.tolist() == [[[5, 0], [0, 1]]]


def test_dates_stand_in_order_and_minutes_are_read(tmp_path: Path) -> None:
    content = HEADER + "bed,north,2025-01-03,5,4\nbed,north,2024-12-31,6,5\nbed,south,2025-01-03,0,0\n"
    content += "bed,south,2024-12-31,0,0\n"
    faults, history = read(tmp_path, content, "from,to,minutes\nsouth,north,12\n")
    assert faults == []
    assert history is not None
    assert history.periods == ("2024-12-31", "2025-01-03")
    assert history.travel_min is not None
    np.testing.assert_array_equal(history.travel_min, [[0, 12], [12, 0]])


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("bed,north,2,5,4", "bed,north,2,-5,4", "row 2, column resource_supply = '-5': give a number from 0"),
        ("bed,north,2,5,4", "bed,north,2,,4", "row 2, column resource_supply = '': give a number of units"),
        ("bed,south,10,1,2.5", "bed,south,10,1,x", "row 5, column resource_demand = 'x': give a number"),
        ("bed,north,2,5,4", "bed,,2,5,4", "row 2, column place = '': fill the cell"),
        ("bed,north,2,5,4", ",north,2,5,4", "row 2, column type = '': fill the cell"),
        ("bed,north,2,5,4", "bed,north,spring,5,4", "row 2, column period = 'spring': give the whole number"),
        ("bed,north,2,5,4", "bed,north,2025-01,5,4", "row 2, column period = '2025-01': give the whole number"),
        ("bed,north,2,5,4", "bed,north,10,5,4", "row 3, column type = 'bed (as in row 2)': give each type"),
        ("bed,north,2,5,4\n", "", "type bed, place north, period 2 = 'no row': add a row for this period"),
        ("place", "ward", "row 1 = 'type, ward, period, resource_supply, resource_demand': add the column place"),
        ("resource_demand", "wanted", "add the column resource_demand"),
    ],
)
def test_faults_name_row_column_value_and_mend(old: str, new: str, fault: str, tmp_path: Path) -> None:
    faults, history = read(tmp_path, TWO.replace(old, new, 1))
    assert history is None
    assert any(fault in line for line in faults), faults


def test_most_periods_decide_what_a_period_is(tmp_path: Path) -> None:
    content = HEADER + "bed,a,2025-01,1,1\nbed,a,2025-02,1,1\nbed,a,three,1,1\n"
    faults, _ = read(tmp_path, content)
    assert faults == ["medical_resource.csv row 4, column period = 'three': give a date such as 2025-03 or 2025-03-31"]


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    content = TWO.replace("bed,north,2,5,4", "bed,,2,x,4").replace("1,2.5", "1,-2.5")
    faults, _ = read(tmp_path, content)
    assert len(faults) == 3


def test_a_file_that_says_nothing_or_is_not_there(tmp_path: Path) -> None:
    assert "put a file medical_resource.csv" in str(read_history(tmp_path)[0][0])
    faults, history = read(tmp_path, HEADER + "bed,north,1,,\n")
    assert history is None
    assert "no supply and no demand" in faults[0]


def test_minutes_that_are_missing_are_named(tmp_path: Path) -> None:
    faults, history = read(tmp_path, TWO, "from,to,minutes\nnorth,west,12\n")
    assert history is None
    assert any("travel.csv" in line and "west" in line for line in faults)
