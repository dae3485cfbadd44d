"""`citycare resources` on a terminal: mistakes are one readable block with exit code 2, and change nothing."""

import csv
import io
import json
from pathlib import Path

import pytest

from experiments.cli import main
from experiments.resources.store import read_desk

pytestmark = pytest.mark.contract

MORNING, EVENING, MIDNIGHT = "2030-01-07T08:00", "2030-01-07T20:00", "2030-01-08T00:00"
WINDOW = ("--from", EVENING, "--until", MIDNIGHT)


@pytest.fixture
def folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """Begin a registry: a scanner of A's is offered for an evening, and B may use it."""
    registry = tmp_path / "registry"
    for words in (
        ["add", str(registry), "--id", "ct", "--type", "CT", "--owner", "A"],
        ["agree", str(registry), "--by", "A", "--user", "B"],
        ["offer", str(registry), "ct", "--by", "A", *WINDOW],
        ["request", str(registry), "CT", "--by", "B", "--for", "90 min", *WINDOW],
    ):
        assert main(["resources", *words, "--at", MORNING]) == 0
    capsys.readouterr()
    return registry


def run(*words: str | Path) -> int:
    return main(["resources", *map(str, words)])


def test_one_thing_is_booked_told_and_called_off(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("schedule", folder, "--at", MORNING, "--json") == 0
    (booking,) = json.loads(capsys.readouterr().out)
    assert (booking["resource"], booking["user"], booking["from"], booking["until"]) == (
        "ct",
        "B",
        EVENING,
        "2030-01-07T21:30",
    )
    assert run("unschedule", folder, "booking-1", "--by", "B", "--at", MORNING, "--csv") == 0
    (row,) = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert row["standing"] == "closed"


def test_every_table_has_the_same_columns_as_json_and_as_csv(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("schedule", folder, "--at", MORNING) == 0
    capsys.readouterr()
    for what in ("resources", "offers", "requests", "agreements", "bookings", "ledger"):
        run("list", folder, what, "--json")
        as_json = json.loads(capsys.readouterr().out)
        run("list", folder, what, "--csv")
        as_csv = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
        assert [list(row) for row in as_json] == [list(row) for row in as_csv]
        assert [["" if cell is None else str(cell) for cell in row.values()] for row in as_json] == [
            list(row.values()) for row in as_csv
        ]
        assert as_json


def test_an_offer_on_several_days_is_made_whole_or_not_at_all(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    later = ("--from", "2030-01-06T20:00", "--until", "2030-01-07T00:00")
    assert run("offer", folder, "ct", *later, "--days", "2", "--at", MORNING) == 2
    assert "at most 0 of 1 are not promised yet" in capsys.readouterr().err
    assert len(read_desk(folder).state.offers) == 1
    assert run("offer", folder, "ct", *later, "--days", "1", "--at", MORNING) == 0
    assert len(read_desk(folder).state.offers) == 2


def test_a_status_changes_and_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("status", folder, "ct", "down", "--by", "A", "--why", "tube", "--at", MORNING) == 0
    capsys.readouterr()
    assert run("search", folder, "--status", "down", "--csv") == 0
    assert "ct" in capsys.readouterr().out
    assert run("schedule", folder, "--at", MORNING) == 1
    assert "nobody else offers ct_scanner that is available" in capsys.readouterr().out
    assert read_desk(folder).ledger.rows[-1].entry.reason == "tube"


def test_medicines_are_found_at_any_level_of_their_code(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = (
        "--id",
        "m",
        "--type",
        "ceftriaxone",
        "--owner",
        "A",
        "--units",
        "5",
        "--unit",
        "g",
        "--expires",
        "2031-01-01",
    )
    assert run("add", folder, *words) == 0
    for level, found in (("J01", True), ("j01dd", True), ("J01DD04", True), ("J02", False)):
        capsys.readouterr()
        assert run("search", folder, "--type", level, "--json") == 0
        assert [row["id"] for row in json.loads(capsys.readouterr().out)] == (["m"] if found else [])


def test_who_is_no_party_does_not_get_a_record(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("ct", "offer-1", "request-1", "agreement-1"):
        assert run("get", folder, name) == 0
        assert run("get", folder, name, "--by", "C") == 2
    assert "there is no id yet" in capsys.readouterr().err
    assert run("get", folder, "request-1", "--by", "B") == 0
    assert run("get", folder, "ct", "--by", "B", "--at", EVENING) == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["list", "{folder}", "--at", "soon"], ["--at = 'soon': write a local date and time, for example"]),
        (["list", "{folder}", "--by", "=A"], ["--by = '=A': use at most 200 printable signs"]),
        (["list", "{folder}/none"], ["FOLDER", "`citycare resources add` begins one"]),
        (["get", "{folder}", "ctt"], ["id = 'ctt': did you mean 'ct'?"]),
        (["search", "{folder}", "--type", "skanner"], ["type = 'skanner'", "declare it in types.csv"]),
        (["search", "{folder}", "--from", EVENING], ["give both"]),
        (["add", "{folder}", "--id", "ct", "--type", "CT", "--owner", "A"], ["ct.id = 'ct'", "take another id"]),
        (["add", "{folder}"], ["column id", "column type", "column owner"]),
        (["add", "{folder}", "--file", "x.csv", "--id", "a"], ["give a file, or the options of one resource"]),
        (["add", "{folder}", "--file", "{folder}/x.csv"], ["x.csv = 'no such file'"]),
        (["offer", "{folder}", "ct", *WINDOW, "--days", "0"], ["--days = 0: give 1 to 366 days"]),
        (["offer", "{folder}", "ct", "--from", MIDNIGHT, "--until", EVENING], ["let it end after it starts"]),
        (["offer", "{folder}", "ct", *WINDOW, "--by", "B"], ["by = 'B': only A, or the operator"]),
        (["request", "{folder}", "CT", *WINDOW], ["--by = 'operator': name the hospital that asks"]),
        (
            [
                "request",
                "{folder}",
                "ctx",
                "--by",
                "B",
                "--from",
                "x",
                "--until",
                "y",
                "--for",
                "2 ells",
                "--transit",
                "z",
            ],
            ["type = 'ctx'", "--from = 'x'", "--until = 'y'", "--for = '2 ells'", "--transit = 'z'"],
        ),
        (["request", "{folder}", "CT", "--by", "B", *WINDOW, "--units", "0"], ["request.units = 0"]),
        (["request", "{folder}", "CT", "--by", "B", *WINDOW, "--for", "9h"], ["at most 240 minutes"]),
        (["agree", "{folder}", "--by", "A", "--user", "A"], ["name another hospital than the owner"]),
        (["agree", "{folder}", "--user", "A"], ["--owner = '': fill it in"]),
        (
            ["agree", "{folder}", "--by", "A", "--user", "B", "--kinds", "bedd"],
            ["--kinds = 'bedd': did you mean 'bed'?"],
        ),
        (["agree", "{folder}", "--by", "A", "--user", "B", "--minimum-cell", "0"], ["minimum_cell = 0"]),
        (["schedule", "{folder}", "request-9"], ["request = 'request-9'"]),
        (["unschedule", "{folder}", "booking-1"], ["there is no booking yet"]),
        (["withdraw", "{folder}", "mri"], ["id = 'mri'"]),
        (["status", "{folder}", "mri", "down"], ["resource = 'mri': use one of ct"]),
        (["monitor", "{folder}", "--most-used", "2"], ["most_used_share = 2.0"]),
        (["monitor", "{folder}", "--by", "B"], ["--by = 'B': leave it out"]),
        (["monitor", "{folder}", "--from", "1900-01-01"], ["watch at most"]),
        (["monitor", "{folder}", "--feed", "{folder}/x.csv"], ["x.csv = 'no such file'"]),
    ],
)
def test_a_mistake_is_told_in_words_and_changes_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str], words: list[str], told: list[str]
) -> None:
    head = read_desk(folder).ledger.head
    assert main(["resources", *(word.format(folder=folder) for word in words)]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("citycare: ")
    assert all(part in printed.err for part in told), printed.err
    assert read_desk(folder).ledger.head == head


@pytest.mark.parametrize("words", [[], ["lend"], ["list"], ["offer", "x", "ct"], ["list", "x", "beds"]])
def test_what_is_no_command_is_told_before_anything(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["resources", *words])
    assert stopped.value.code == 2
    assert "--help shows how to call it" in capsys.readouterr().err
