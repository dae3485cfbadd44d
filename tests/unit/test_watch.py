"""Who is where: stays follow from marks, hospitals from transfers, and what is played counts everybody."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.report import watch as watching
from experiments.report.answer import answer
from experiments.report.folder import read_folder
from experiments.report.journeys import busiest_day, counts_at, later_phases, minutes_within, stays
from experiments.report.watch import Watch, watch
from tests.report_folder import Design, write_run_folder
from tests.walked_folder import write_walked_folder

pytestmark = pytest.mark.unit

NAN = np.nan
NO_MOVES = pd.DataFrame(columns=["patient", "time_min", "destination", "refusal"])


def patients(*rows: tuple[float, ...]) -> pd.DataFrame:
    """Return patients by their marks: arrived, entered, left, ward asked, ward entered, ward left, departed."""
    marks = ["arrived", "emergency_entered", "emergency_left", "ward_asked", "ward_entered", "ward_left", "departed"]
    table = pd.DataFrame([dict(zip(marks, row, strict=True)) for row in rows])
    return table.assign(patient=range(len(rows)), hospital="a", acuity=3)


def told(table: pd.DataFrame) -> list[tuple[object, ...]]:
    return list(table[["place", "hospital", "start", "end"]].itertuples(index=False, name=None))


def test_an_admitted_patient_waits_is_treated_boards_and_lies() -> None:
    found = stays(patients((0, 10, 90, 60, 90, 500, 500)), NO_MOVES)
    assert told(found) == [
        ("waiting", "a", 0, 10),
        ("emergency", "a", 10, 60),
        ("boarding", "a", 60, 90),
        ("ward", "a", 90, 500),
    ]


def test_who_leaves_unseen_waits_until_departure_and_who_is_inside_has_no_end() -> None:
    found = stays(patients((0, NAN, NAN, NAN, NAN, NAN, 45), (5, 8, NAN, NAN, NAN, NAN, NAN)), NO_MOVES)
    assert told(found)[0] == ("waiting", "a", 0, 45)
    assert told(found)[1] == ("waiting", "a", 5, 8)
    assert told(found)[2][:3] == ("emergency", "a", 8)
    assert np.isnan(found["end"].iloc[2])


def test_a_planned_patient_waits_for_the_bed_and_boards_nowhere() -> None:
    found = stays(patients((0, NAN, NAN, 0, 30, 99, 99)), NO_MOVES)
    assert told(found) == [("waiting", "a", 0, 30), ("ward", "a", 30, 99)]


def test_a_stay_after_a_transfer_is_elsewhere_and_a_refused_one_moves_nobody() -> None:
    moves = pd.DataFrame(
        {"patient": [0, 1], "time_min": [80.0, 80.0], "destination": ["b", "b"], "refusal": ["", "no crew"]}
    )
    found = stays(patients((0, 10, 90, 60, 90, 500, 500), (1, 11, 91, 61, 91, 501, 501)), moves)
    where = {(row.patient, row.place): row.hospital for row in found.itertuples()}
    assert where[0, "boarding"] == "a"
    assert where[0, "ward"] == "b"
    assert where[1, "ward"] == "a"


def test_later_phases_follow_the_marks() -> None:
    assert later_phases(pd.DataFrame(columns=["emergency_entered", "icu_entered", "ward_entered", "arrived"])) == [
        "icu",
        "ward",
    ]


def test_counts_are_those_of_stays_that_go_on() -> None:
    table = pd.DataFrame({"start": [0.0, 5.0, 9.0], "end": [10.0, 6.0, NAN]})
    assert counts_at(table, np.array([0.0, 5.0, 6.0, 9.0, 10.0, 99.0])).tolist() == [1, 2, 1, 2, 1, 1]
    assert minutes_within(table, 4.0, 20.0) == 6 + 1 + 11


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Watch:
    run = read_folder(write_walked_folder(tmp_path_factory.mktemp("walked"), Design(n_replications=2, n_patients=2000)))
    made = watch(run, answer(run).lead)
    assert made is not None
    return made


def test_the_day_shown_has_most_boarding(tmp_path: Path) -> None:
    run = read_folder(write_walked_folder(tmp_path, Design(n_replications=1, n_patients=200)))
    day = 14
    table = pd.DataFrame({"place": ["boarding"] * 2, "start": [day * 1440.0 - 3000, day * 1440.0 - 600], "end": NAN})
    window = busiest_day(run, table)
    assert window.start_min == 13 * 1440.0
    assert (window.end_min - window.start_min, window.first_hour) == (1440.0, (13 * 24 + run.first_hour) % 168)


def test_what_is_played_agrees_with_what_is_counted(seen: Watch) -> None:
    day = seen.player
    for cell in day["cells"]:
        n = len(cell["box"])
        assert {len(cell[name]) for name in ("start", "end", "who")} == {n}
        assert all(a < b for a, b in zip(cell["start"], cell["end"], strict=True))
        assert cell["start"] == sorted(cell["start"])
        assert max(cell["who"]) + 1 == len(cell["acuity"])
        for box, counts in enumerate(cell["counts"]):
            mine = [(s, e) for b, s, e in zip(cell["box"], cell["start"], cell["end"], strict=True) if b == box]
            shown = sum(s <= 600 < e for s, e in mine)
            assert abs(shown - counts[60]) <= 2  # minutes are whole where they are played


def test_nobody_is_played_before_or_after_the_day(seen: Watch) -> None:
    for cell in seen.player["cells"]:
        assert min(cell["start"]) >= 0
        assert max(cell["end"]) <= seen.player["minutes"] == 1440


def test_a_large_city_is_sampled_and_still_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = read_folder(write_walked_folder(tmp_path, Design(n_replications=2, n_patients=2000)))
    lead = answer(run).lead
    whole = watch(run, lead)
    monkeypatch.setattr(watching, "MOST_STAYS", 100)
    some = watch(run, lead)
    assert whole is not None
    assert some is not None
    assert some.player["every"] > 1
    assert max(len(cell["box"]) for cell in some.player["cells"]) < 160
    assert [cell["counts"] for cell in some.player["cells"]] == [cell["counts"] for cell in whole.player["cells"]]
    assert "one of" in some.player["words"]["shown"]


def test_a_run_without_patients_or_departures_is_not_played(tmp_path: Path) -> None:
    run = read_folder(write_run_folder(tmp_path, Design(n_replications=2)))
    assert watch(run, answer(run).lead) is None
    assert watch(run, None) is None
