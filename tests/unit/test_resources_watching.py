"""The monitor of a registry: amounts by hour, R = S / D, alerts, the feed of device states, and who sees what."""

import json
from pathlib import Path

import numpy as np
import pytest

from experiments.resources.calendar import time_text
from experiments.resources.feed import Report, read_feed, replay
from experiments.resources.listing import Asker, Search, bookings, counts, offers, requests, resources
from experiments.resources.tables import Table
from experiments.resources.usage import hour_edges, usage
from experiments.resources.watching import Watched
from sim.faults import ScenarioError
from sim.platform.agreements import Agreement
from sim.platform.desk import OPERATOR, Call, Desk
from sim.platform.kinds import SharedKind
from sim.platform.records import Offer, Request, Resource, Status
from sim.platform.terms import ATC
from sim.platform.thresholds import Thresholds

pytestmark = pytest.mark.unit

OPERATES = Call(OPERATOR, 0.0)
CT = Resource("ct", "CT", SharedKind.EQUIPMENT, "ct_scanner", "A", "A", 2)
NURSES = Resource("nurses", "Nurses", SharedKind.STAFF, "ed_nurse", "A", "A", 3)
LOT = Resource("lot", "Lot", SharedKind.MEDICINE, "aspirin", "C", "C", 10, "mg", ATC, "B01AC06", expires_min=9000.0)


@pytest.fixture
def desk() -> Desk:
    """Offer two scanners for two hours; B asks for one for an hour and a half, and for 4 of 10 units of a lot."""
    found = Desk()
    for one in (CT, NURSES, LOT):
        found.register(OPERATES, one)
    found.agree(OPERATES, Agreement("A", "B", (SharedKind.EQUIPMENT,)))
    found.agree(OPERATES, Agreement("A", "B", (SharedKind.STAFF,), aggregate_only=True))
    found.agree(OPERATES, Agreement("C", "B"))
    found.offer(OPERATES, Offer("", "ct", 2, 60.0, 180.0))
    found.offer(OPERATES, Offer("", "lot", 10, 60.0, 9000.0))
    found.request(OPERATES, Request("", "B", CT.kind, CT.type, 1, 60.0, 240.0, 90.0))
    found.request(OPERATES, Request("", "B", LOT.kind, LOT.type, 4, 120.0, 240.0, 0.0))
    found.request(OPERATES, Request("", "D", CT.kind, CT.type, 4, 60.0, 120.0, 60.0))
    found.schedule(OPERATES)
    return found


def table(desk: Desk, show: str, thresholds: Thresholds | None = None, now: float = 0.0) -> list[dict[str, object]]:
    watched = Watched(desk.state, hour_edges(desk.state, 60.0, 240.0), now)
    found: list[dict[str, object]] = json.loads(watched.table(show, thresholds or Thresholds()).shown("json"))
    return found


def test_amounts_are_unit_hours_in_each_hour_and_units_of_a_lot(desk: Desk) -> None:
    found = usage(desk.state, np.array([60.0, 120.0, 180.0, 240.0]))
    sums = found.groupby(["measure", "type", "hour"])["amount"].sum().to_dict()
    assert {hour: sums["offered", "ct_scanner", hour] for hour in (0, 1)} == {0: 2.0, 1: 2.0}
    assert ("offered", "ct_scanner", 2) not in sums
    assert {hour: sums["booked", "ct_scanner", hour] for hour in (0, 1)} == {0: 1.0, 1: 0.5}
    assert [sums["asked", "ct_scanner", hour] for hour in range(3)] == [4.5, 0.5, 0.5]
    assert (sums["offered", "aspirin", 0], sums["booked", "aspirin", 1], sums["asked", "aspirin", 1]) == (10, 4, 4)


def test_hours_cover_the_window_or_else_what_is_offered_and_asked(desk: Desk) -> None:
    assert hour_edges(desk.state, 30.0, 61.0).tolist() == [0.0, 60.0, 120.0]
    everything = hour_edges(desk.state, -np.inf, np.inf)
    assert (everything[0], everything[-1]) == (60.0, 9000.0)


def test_supply_over_demand_by_type_and_hospital(desk: Desk) -> None:
    rows = {(row["type"], row["hospital"]): row for row in table(desk, "types")}
    assert rows["ct_scanner", "all"]["R"] == 4.0 / 5.5
    assert rows["ct_scanner", "all"]["used_share"] == 1.5 / 4.0
    assert rows["ct_scanner", "all"]["missing"] == 4.0
    assert (rows["ct_scanner", "B"]["R"], rows["ct_scanner", "B"]["missing"]) == (1.0, 0.0)
    assert (rows["ct_scanner", "D"]["R"], rows["ct_scanner", "D"]["missing"]) == (0.0, 4.0)
    assert rows["ct_scanner", "A"]["R"] is None
    assert rows["aspirin", "B"]["R"] == 1.0


def test_use_of_each_resource(desk: Desk) -> None:
    assert table(desk, "resources") == [
        {"resource": "ct", "type": "ct_scanner", "owner": "A", "offered": 4.0, "booked": 1.5, "used_share": 0.375},
        {"resource": "lot", "type": "aspirin", "owner": "C", "offered": 10.0, "booked": 4.0, "used_share": 0.4},
    ]


def test_hours_tell_supply_against_demand(desk: Desk) -> None:
    scanner = [row for row in table(desk, "hours") if row["type"] == "ct_scanner"]
    assert [row["R"] for row in scanner] == [2.0 / 4.5, 4.0, 0.0]
    assert [row["hour"] for row in scanner] == [time_text(minutes) for minutes in (60.0, 120.0, 180.0)]


def test_alerts_name_what_is_short_and_what_is_busy(desk: Desk) -> None:
    found = table(desk, "alerts", Thresholds(1.0, 0.4))
    told = {(row["type"], row["who"], row["reason"], row["from"], row["hours"]) for row in found}
    short, busy = "demand above supply", "use above threshold"
    assert ("ct_scanner", "all", short, time_text(60.0), 1) in told
    assert ("ct_scanner", "all", short, time_text(180.0), 1) in told
    assert ("ct_scanner", "all", busy, time_text(60.0), 1) in told
    assert ("ct_scanner", "D", short, time_text(60.0), 3) in told
    assert not [row for row in told if row[1] == "B"]
    assert table(desk, "alerts", Thresholds(0.0, 1.0)) == []


def test_an_empty_registry_can_be_watched() -> None:
    watched = Watched(Desk().state, hour_edges(Desk().state, 0.0, 60.0), 0.0)
    assert [list(watched.table(show, Thresholds()).rows) for show in ("types", "hours", "resources", "alerts")] == [
        []
    ] * 4


def test_a_feed_changes_states_writes_rows_and_alerts_where_bookings_stand(desk: Desk) -> None:
    reports = [Report(10.0, "ct", Status.DOWN), Report(20.0, "ct", Status.DOWN), Report(30.0, "ct", Status.AVAILABLE)]
    n_before = len(desk.ledger.rows)
    replay(desk, Call(OPERATOR, 500.0), [*reports, Report(200.0, "ct", Status.DOWN)])
    rows = [(row.entry.time_min, row.entry.action) for row in desk.ledger.rows[n_before:]]
    assert rows == [(10.0, "status"), (10.0, "alert"), (30.0, "status"), (200.0, "status")]
    assert desk.state.resources["ct"].status is Status.DOWN


def test_a_feed_that_has_grown_can_be_taken_in_again(desk: Desk) -> None:
    reports = [Report(10.0, "ct", Status.DOWN), Report(30.0, "ct", Status.AVAILABLE)]
    replay(desk, OPERATES, reports)
    n_rows = len(desk.ledger.rows)
    replay(desk, OPERATES, reports)
    assert len(desk.ledger.rows) == n_rows
    replay(desk, OPERATES, [*reports, Report(40.0, "ct", Status.DOWN)])
    assert desk.state.resources["ct"].status is Status.DOWN
    assert [row["who"] for row in table(desk, "alerts", Thresholds(0.0, 1.0), 50.0)] == ["ct"]


def test_faults_of_a_feed_come_all_at_once(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "feed.csv"
    path.write_text("time,resource,status\n2000-01-03T00:10,ct,down\nnever,mri,broken\n2000-01-03T00:05,ct,\n")
    with pytest.raises(ScenarioError) as caught:
        read_feed(path, desk)
    places = {fault.field for fault in caught.value.faults}
    assert places == {f"feed.csv row 3, column {name}" for name in ("time", "resource", "status")} | {
        "feed.csv row 4, column status"
    }


def test_a_feed_is_read_by_time(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "feed.csv"
    path.write_text("time,resource,status\n2000-01-03T00:10,ct,down\n2000-01-03T00:05,ct,available\n")
    assert read_feed(path, desk) == [Report(5.0, "ct", Status.AVAILABLE), Report(10.0, "ct", Status.DOWN)]


def ids(found: Table) -> list[object]:
    return [row[0] for row in found.rows]


def test_a_hospital_sees_its_own_and_what_agreements_show(desk: Desk) -> None:
    everything = Search()
    assert ids(resources(desk.state, Asker(), everything)) == ["ct", "nurses", "lot"]
    assert ids(resources(desk.state, Asker("A"), everything)) == ["ct", "nurses"]
    assert ids(resources(desk.state, Asker("B"), everything)) == ["ct", "lot"]
    assert ids(resources(desk.state, Asker("D"), everything)) == []
    assert (ids(offers(desk.state, Asker("D"))), ids(requests(desk.state, Asker("D")))) == ([], ["request-3"])
    assert (ids(bookings(desk.state, Asker("C"))), ids(bookings(desk.state, Asker("D")))) == (["booking-2"], [])


def test_counts_of_few_people_are_suppressed(desk: Desk) -> None:
    assert counts(desk.state, Asker("B")).rows == [("A", "staff", "ed_nurse", "suppressed")]
    more = Resource("more", "More", SharedKind.STAFF, "ed_nurse", "A", "A")
    desk.register(OPERATES, more)
    assert counts(desk.state, Asker("B")).rows == [("A", "staff", "ed_nurse", 4)]
    assert counts(desk.state, Asker("D")).rows == []


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        (Search(kind="staff"), ["nurses"]),
        (Search(type="ct_scanner"), ["ct"]),
        (Search(level="B01"), ["lot"]),
        (Search(level="B02"), []),
        (Search(status="down"), []),
        (Search(owner="A", place="A"), ["ct", "nurses"]),
        (Search(window=(60.0, 180.0)), ["ct", "lot"]),
        (Search(type="ct_scanner", window=(60.0, 181.0)), []),
    ],
)
def test_resources_are_found_by_what_is_asked(desk: Desk, search: Search, expected: list[str]) -> None:
    assert ids(resources(desk.state, Asker(), search)) == expected


def test_a_search_with_a_window_says_how_many_units_are_free(desk: Desk) -> None:
    found = resources(desk.state, Asker(), Search(type="ct_scanner", window=(60.0, 120.0)))
    assert (found.columns[-1], found.rows[0][-1]) == ("free", 1)


def test_what_is_withdrawn_is_found_only_when_asked_for(desk: Desk) -> None:
    desk.withdraw(OPERATES, "ct")
    assert ids(resources(desk.state, Asker(), Search())) == ["nurses", "lot"]
    assert ids(resources(desk.state, Asker(), Search(status="withdrawn"))) == ["ct"]


def test_a_table_says_the_same_in_three_forms() -> None:
    found = Table(("name", "n", "empty"), [("a, b", 10, ""), ("c", 2.5, None)])
    assert found.shown() == "name    n\na, b   10\nc     2.5"
    assert found.shown("csv") == 'name,n,empty\n"a, b",10,\nc,2.5,'
    assert json.loads(found.shown("json")) == [
        {"name": "a, b", "n": 10, "empty": ""},
        {"name": "c", "n": 2.5, "empty": None},
    ]
    assert Table(("a",), []).shown() == "nothing"


def test_of_two_reports_at_one_time_the_first_counts_and_stays(desk: Desk) -> None:
    reports = [Report(10.0, "ct", Status.DOWN), Report(10.0, "ct", Status.AVAILABLE)]
    replay(desk, OPERATES, reports)
    n_rows = len(desk.ledger.rows)
    replay(desk, OPERATES, reports)
    assert desk.state.resources["ct"].status is Status.DOWN
    assert len(desk.ledger.rows) == n_rows
