"""Reading plain values into dataclasses: what fits is converted, everything else becomes a fault with its path."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import pytest

from experiments.schema import NOT_IN_FILES, close_match, read, stop_at
from sim.faults import Fault, ScenarioError

pytestmark = pytest.mark.unit


class Color(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(slots=True)
class Bed:
    count: int
    share: float = 0.5
    color: Color = Color.RED

    def faults(self, place: str) -> Iterator[Fault]:
        if self.count < 0:
            yield Fault(f"{place}.count", self.count, "give zero or more")


@dataclass(frozen=True, slots=True)
class Ward:
    name: str
    beds: dict[str, Bed]
    open_hours: list[int] = field(default_factory=list)
    pair: tuple[float, ...] = ()
    note: str | None = None
    closed: bool = False
    anything: Any = None
    learned: str = field(default="nothing", metadata=NOT_IN_FILES)


def faults_of(value: object) -> list[str]:
    faults: list[Fault] = []
    read(Ward, value, "ward", faults)
    return [str(fault) for fault in faults]


def test_reads_nested_values_with_their_types() -> None:
    faults: list[Fault] = []
    given = {
        "name": "A",
        "beds": {"x": {"count": 3.0, "share": 1, "color": "blue"}},
        "open_hours": [7, 15],
        "pair": [1, 2.5],
        "note": None,
        "anything": {"free": ["form"]},
    }
    ward = read(Ward, given, "ward", faults)
    assert faults == []
    assert ward == Ward("A", {"x": Bed(3, 1.0, Color.BLUE)}, [7, 15], (1.0, 2.5), None, False, {"free": ["form"]})
    assert type(ward.beds["x"].count) is int
    assert type(ward.beds["x"].share) is float


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"nmae": "B"}, "ward.nmae = 'nmae': unknown key; did you mean 'name'?"),
        ({"beds": {"x": {}}}, "ward.beds.x.count = None: missing; give a value"),
        ({"beds": {"x": {"count": 1.5}}}, "ward.beds.x.count = 1.5: give a whole number, not the number 1.5"),
        ({"beds": {"x": {"count": True}}}, "ward.beds.x.count = True: give a whole number, not true or false"),
        ({"beds": {"x": {"count": -1}}}, "ward.beds.x.count = -1: give zero or more"),
        ({"beds": {"x": {"count": 1, "share": "1"}}}, "ward.beds.x.share = '1': give a number, not text"),
        ({"beds": {"x": {"count": 1, "share": float("nan")}}}, "ward.beds.x.share = nan: give a finite number"),
        ({"beds": {"x": {"count": 1, "color": "rde"}}}, "ward.beds.x.color = 'rde': did you mean 'red'?"),
        ({"beds": [1]}, "ward.beds = [1]: give a table of keys and values, not a list"),
        ({"beds": {"x": None}}, "ward.beds.x = None: give a table of keys and values, not nothing"),
        ({"beds": {1: {"count": 1}}}, "ward.beds.1 = 1: use a word as key"),
        ({"open_hours": 7}, "ward.open_hours = 7: give a list, not the number 7"),
        ({"open_hours": [7, "8"]}, "ward.open_hours[1] = '8': give a whole number, not text"),
        ({"closed": 0}, "ward.closed = 0: give true or false, not the number 0"),
        ({"name": "???"}, "ward.name = '???': missing; give a value, for example ward.name=..."),
        ({"note": 3}, "ward.note = 3: give a word or text, not the number 3"),
        ({"learned": "x"}, "ward.learned = 'learned': unknown key"),
    ],
)
def test_names_path_value_and_mend(change: dict[str, object], expected: str) -> None:
    found = faults_of({"name": "A", "beds": {}} | change)
    assert len(found) == 1
    assert found[0].startswith(expected)


def test_lists_all_faults_at_once() -> None:
    found = faults_of({"nmae": "B", "beds": {"x": {"count": "many"}, "y": {"shre": 1}}, "open_hours": [None]})
    paths = [line.split(" = ")[0] for line in found]
    assert sorted(paths) == sorted(
        ["ward.nmae", "ward.name", "ward.beds.x.count", "ward.beds.y.shre", "ward.beds.y.count", "ward.open_hours[0]"]
    )


def test_no_own_faults_where_the_shape_is_wrong_already() -> None:
    assert faults_of({"name": 5, "beds": {}}) == ["ward.name = 5: give a word or text, not the number 5"]


def test_faults_of_classes_that_cannot_import_ours_are_tuples() -> None:
    @dataclass
    class Policy:
        reserve: int = 0

        def faults(self, where: str) -> Iterator[tuple[str, object, str]]:
            yield f"{where}.reserve", self.reserve, "give more"

    faults: list[Fault] = []
    read(Policy, {}, "transfer", faults)
    assert faults == [Fault("transfer.reserve", 0, "give more")]


def test_close_match_lists_what_is_known() -> None:
    assert close_match("balnce", ["balance", "stay_put"]).startswith("did you mean 'balance'?")
    assert close_match("zzz", ["b", "a"]) == "use one of a, b"
    assert close_match("zzz", []) == "leave it out"


def test_stop_at_raises_each_fault_once() -> None:
    twice = Fault("a", [1], "mend it")
    with pytest.raises(ScenarioError) as caught:
        stop_at([twice, Fault("b", 2, "mend it"), twice])
    assert [fault.field for fault in caught.value.faults] == ["a", "b"]
    stop_at([])
