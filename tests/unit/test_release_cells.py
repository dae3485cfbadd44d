"""Which cells a release has: all that are possible, whatever occurs; and what cannot be counted is named."""

import pandas as pd
import pytest

from experiments.learning.release import Question, Visits, cells_of
from sim.faults import ScenarioError

pytestmark = pytest.mark.unit

TABLE = pd.DataFrame(
    {"hospital": ["east", "east", "west", "moon"], "arrived": [0.0, 1439.9, 1440.0, 30.0], "level": [1, 2, 2, 5]}
)
VALUES = {"hospital": ("east", "west", "south"), "level": ("1", "2")}
VISITS = Visits(TABLE, VALUES, "0" * 64, "arrived", 48)


def counts(by: tuple[str, ...], per: str) -> dict[tuple[object, ...], int]:
    frame = cells_of(VISITS, Question(by, per, 1.0))
    return {tuple(row[:-1]): row[-1] for row in frame.itertuples(index=False)}


def test_cells_are_those_possible_not_those_that_occur() -> None:
    assert counts(("hospital",), "all") == {("east",): 2, ("west",): 1, ("south",): 0}


def test_periods_are_counted_from_the_first_hour() -> None:
    found = counts(("hospital",), "day")
    assert len(found) == 6
    assert (found["east", 0], found["east", 1], found["west", 1]) == (2, 0, 1)
    assert len(counts((), "hour")) == 48
    assert sum(counts((), "hour").values()) == 4


def test_several_columns_and_whole_numbers_as_words() -> None:
    found = counts(("hospital", "level"), "all")
    assert (len(found), found["east", "1"], found["west", "2"]) == (6, 1, 1)
    assert cells_of(VISITS, Question((), "all", 1.0))["count"].tolist() == [4]


def test_visits_outside_the_hours_are_not_counted() -> None:
    short = Visits(TABLE.assign(arrived=[-1.0, 10.0, 70.0, float("nan")]), VALUES, "", "arrived", 1)
    assert cells_of(short, Question((), "hour", 1.0))["count"].tolist() == [1]


def test_everything_wrong_comes_at_once() -> None:
    bare = Visits(TABLE, {}, "", "when", 0)
    with pytest.raises(ScenarioError) as error:
        cells_of(bare, Question(("hospitl", "hospital"), "week", 1.0, most_visits=0))
    fields = [fault.field for fault in error.value.faults]
    assert fields == ["--by", "--values", "--time", "--hours", "--most-visits"]
    with pytest.raises(ScenarioError, match="use one of all, day, hour, week"):
        cells_of(VISITS, Question((), "month", 1.0))
    with pytest.raises(ScenarioError, match="cells are too many"):
        cells_of(Visits(TABLE, VALUES, "", "arrived", 10**6), Question(("hospital",), "hour", 1.0))
