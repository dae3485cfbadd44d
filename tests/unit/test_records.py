"""Records seen by others: which tests are repeated, which are spared, and that nobody else draws other numbers."""

from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from experiments.build import build
from experiments.config import compose
from experiments.record_measures import record_rows
from sim.cohort import Cohort, draw_cohort
from sim.layout import Layout
from sim.patience import Returns
from sim.records import Records
from sim.repeats import SPARED, sees
from sim.repeats import tests_by_slot as slots_of_tests
from sim.run import Run, simulate
from sim.scenario import Information, Scenario, Sight
from sim.seats.news import News
from sim.streams import Replication

pytestmark = pytest.mark.unit

FIRST = Replication(0, 7)
LINES = ["experiment=information", "run.weeks=0.4", "run.warm_up_weeks=0", "triage=nurse", "information=live"]
MORE = ["returns.p=0.5", "returns.elsewhere_share=0.5", "information.records.repeat_share=0.6"]


@cache
def world(shared: bool) -> Scenario:
    return build(compose([*LINES, *MORE, f"records={'shared' if shared else 'none'}"])[0].settings)[0]


@cache
def cohort(shared: bool) -> Cohort:
    return draw_cohort(world(shared), FIRST)


@cache
def run(shared: bool) -> Run:
    settings = compose([*LINES, *MORE, f"records={'shared' if shared else 'none'}", "transfer=nearest_free"])[
        0
    ].settings
    return simulate(*build(settings), FIRST)


def test_shared_records_change_nothing_but_tests_that_they_spare() -> None:
    with_records, without = cohort(True), cohort(False)
    different = with_records.minutes != without.minutes
    assert different.any()
    assert np.all(with_records.minutes[different] == SPARED)
    assert np.all(without.minutes[different] >= 0)
    slots = {slot for slot, _ in slots_of_tests(Layout.of(world(True)))}
    assert set(np.flatnonzero(different.any(axis=0)).tolist()) <= slots
    for name in ("hospital", "acuity", "patience_min", "enters", "features", "return_u", "consents", "repeats"):
        np.testing.assert_array_equal(getattr(with_records, name), getattr(without, name))


def test_a_test_is_spared_at_another_hospital_only_and_only_who_had_it_and_consents() -> None:
    found = cohort(True)
    assert found.returns_of is not None
    assert found.consents is not None
    rows, slots = np.nonzero(found.minutes == SPARED)
    before = found.returns_of[rows]
    assert np.all(before >= 0)
    assert np.all(found.hospital[rows] != found.hospital[before])
    assert np.all(found.minutes[before, slots] >= 0)
    assert np.all(found.consents[rows])
    assert np.array_equal(found.consents[rows], found.consents[before])


def test_as_many_come_again_elsewhere_as_set() -> None:
    found = cohort(False)
    assert found.returns_of is not None
    again = np.flatnonzero(found.returns_of >= 0)
    elsewhere = found.hospital[again] != found.hospital[found.returns_of[again]]
    from_zone = found.zone[again] >= 0
    n, p = int(from_zone.sum()), 0.5
    z = (elsewhere[from_zone].sum() - n * p) / np.sqrt(n * p * (1 - p))
    assert abs(z) <= 4
    assert not elsewhere[~from_zone].any()


def test_who_stays_with_a_hospital_draws_as_if_nobody_went_elsewhere() -> None:
    scenario = world(False)
    assert scenario.returns is not None
    home = draw_cohort(replace(scenario, returns=replace(scenario.returns, elsewhere_share=0.0)), FIRST)
    same = home.hospital == cohort(False).hospital
    assert 0.5 < same.mean() < 1.0
    np.testing.assert_array_equal(home.minutes[same], cohort(False).minutes[same])


def test_without_records_nothing_is_drawn_of_them() -> None:
    plain = draw_cohort(replace(world(True), information=Information()), FIRST)
    assert plain.consents is None
    assert plain.repeats is None
    np.testing.assert_array_equal(plain.minutes, cohort(False).minutes)


@pytest.mark.parametrize("shared", [True, False])
def test_repeats_after_transfers_are_tests_that_were_done_before(shared: bool) -> None:
    found, drawn = run(shared), cohort(shared)
    assert drawn.repeats is not None
    assert drawn.consents is not None
    rows = found.repeats[found.repeats["why"] == "transfer"]
    done = found.transfers[found.transfers["refusal"] == ""]
    assert len(rows)
    patients = found.patients.set_index("patient")
    expected = set()
    slots = slots_of_tests(Layout.of(world(shared)))
    names = Layout.of(world(shared)).slots
    for move in done.itertuples():
        for column, (slot, test) in enumerate(slots):
            had = patients.at[move.patient, f"{names[slot]}_started"] < move.time_min
            if had and drawn.repeats[move.patient, column]:
                expected.add((move.patient, move.destination, test, bool(shared and drawn.consents[move.patient])))
    assert {tuple(row) for row in rows[["patient", "hospital", "test", "spared"]].to_numpy().tolist()} == expected
    assert all(a <= b for a, b in pairwise(found.repeats["time_min"]))


def test_records_that_stay_at_home_spare_nothing_and_shared_ones_leave_who_does_not_consent() -> None:
    home, seen = run(False).repeats, run(True).repeats
    assert set(home["why"]) == set(seen["why"]) == {"transfer", "return"}
    assert not home["spared"].any()
    consents = cohort(True).consents
    assert consents is not None
    assert seen["spared"].tolist() == consents[seen["patient"].to_numpy()].tolist()


def test_both_hospitals_must_have_agreed() -> None:
    scenario = world(True)
    hospitals = (replace(scenario.city.hospitals[0], agreed=False), *scenario.city.hospitals[1:])
    layout = Layout.of(replace(scenario, city=replace(scenario.city, hospitals=hospitals)))
    here, before = np.array([0, 1, 1, 2]), np.array([1, 0, 2, 1])
    assert sees(layout, np.array([True, True, True, False]), here, before).tolist() == [False, False, True, False]


def test_costs_add_up_by_test_and_hospital() -> None:
    rows = [
        (1, 10.0, "north", "ct", "transfer", False),
        (1, 10.0, "north", "bloods", "transfer", False),
        (2, 20.0, "east", "xray", "return", True),
    ]
    table = pd.DataFrame(rows, columns=["patient", "time_min", "hospital", "test", "why", "spared"])
    found = {(m, d, v): x for m, d, v, x in record_rows(world(True), replace(run(True), repeats=table))}
    days = world(True).horizon.measured_min / 1440
    assert found["repeat_tests_per_day", "all", "all"] == pytest.approx(2 / days)
    assert found["repeat_test_cost_per_day", "hospital", "north"] == pytest.approx((212 + 30) / days)
    assert found["spared_tests_per_day", "hospital", "east"] == pytest.approx(1 / days)
    assert found["repeat_tests_per_day", "test", "ct"] == pytest.approx(1 / days)
    assert not list(record_rows(replace(world(True), information=Information()), run(True)))


def test_impossible_records_are_listed() -> None:
    faults = Records(tests=(), repeat_share=2.0, consent_share=-1.0).faults("information.records")
    names = [fault.field.rpartition(".")[2] for fault in faults]
    assert names == ["repeat_share", "consent_share", "tests"]
    assert "returns.elsewhere_share" in [
        fault.field
        for fault in Returns(0.1, 0.1, world(True).returns.within, 1.5).faults()  # type: ignore[union-attr]
    ]


@pytest.mark.parametrize(
    ("aggregate_only", "known"),
    [(False, [0.0, 1.0, 3.0, 4.0]), (True, [0.0, np.nan, np.nan, 4.0])],
)
@pytest.mark.parametrize("sight", [Sight.LIVE, Sight.DELAYED])
def test_counts_of_fewer_than_four_are_not_told_where_only_aggregates_may_be(
    sight: Sight, aggregate_only: bool, known: list[float]
) -> None:
    news = News(Information(sight, 60.0, aggregate_only=aggregate_only), (4,))
    news.known(0.0, lambda: np.array([0.0, 1.0, 3.0, 4.0]))
    np.testing.assert_array_equal(news.known(60.0, lambda: np.array([0.0, 1.0, 3.0, 4.0]))[1], known)
