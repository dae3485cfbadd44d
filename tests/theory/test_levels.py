"""Hourly integrals against a count of every single minute, over crowds that hypothesis invents."""

from collections import Counter
from dataclasses import replace
from itertools import chain

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.contract import Policies, TransferDecision, TransferView
from sim.levels import hourly_levels
from sim.scenario import Horizon
from tests.small_worlds import KnowTruth
from tests.two_hospitals import Moved, Patient, Stock, two_hospitals

pytestmark = pytest.mark.theory

END = 450  # not a whole number of hours
HOSPITALS = ("near", "far")
COLUMNS = ["busy_min", "queue_min", "duty_min", "overtime_min"]
Place = tuple[str, str, str, int]


class SendAll:
    """Send every boarder to the other hospital."""

    def decide(self, view: TransferView) -> TransferDecision:
        return TransferDecision(view.patient, 1 - view.hospital)


maybe = st.one_of(st.none(), st.integers(0, 130).map(float))
crowds = st.lists(
    st.builds(
        Patient,
        arrived=st.integers(0, END - 1).map(float),
        acuity=st.integers(1, 5),
        hospital=st.integers(0, 1),
        triage=maybe,
        scan=maybe,
        ward=maybe,
        patience=st.sampled_from([0.0, 7.0, 60.0, np.inf]),
    ),
    min_size=1,
    max_size=30,
)
rosters = st.lists(st.integers(0, 2), min_size=24, max_size=24).map(lambda day: (1, *day[1:]) * 7)


@given(crowds, rosters, st.integers(1, 3))
@settings(max_examples=100, deadline=None)
def test_levels_are_what_a_count_of_every_minute_gives(
    crowd: list[Patient], nurses: tuple[int, ...], beds: int
) -> None:
    world = two_hospitals(Stock(nurse=nurses, beds=(1, beds), ed_space=2))
    world = replace(world, horizon=Horizon(0.0, float(END)))
    world = replace(world, transfers=replace(world.transfers, crews=3))
    moved = Moved(world, sorted(crowd, key=lambda one: one.arrived), Policies(KnowTruth(), SendAll()))
    counted = Counter(chain.from_iterable(places(moved, k) for k in range(len(crowd))))
    levels = hourly_levels(moved.network.layout, moved.cohort, moved.network.log)
    assert levels["hour"].tolist() == list(range(8)) * 10
    for (hospital, code), rows in levels.groupby(["hospital", "pool"]):
        pool = world.city.hospitals[HOSPITALS.index(hospital)].pool(code)
        assert pool is not None
        assert rows[COLUMNS].to_dict("list") == hourly(counted, hospital, code, pool.hourly)


def hourly(counted: Counter[Place], hospital: str, code: str, roster: np.ndarray) -> dict[str, list[float]]:
    """Return the minutes in every hour that units were busy, wanted, on duty and in overtime."""
    minutes = range(END)
    busy = [counted[hospital, code, "busy", minute] for minute in minutes]
    level = [int(roster[minute // 60]) for minute in minutes]
    over = [max(0, b - on_duty) for b, on_duty in zip(busy, level, strict=True)]
    columns = {
        "busy_min": busy,
        "queue_min": [counted[hospital, code, "queue", minute] for minute in minutes],
        "duty_min": [on_duty + more for on_duty, more in zip(level, over, strict=True)],
        "overtime_min": over,
    }
    return {name: [float(sum(column[i : i + 60])) for i in range(0, END, 60)] for name, column in columns.items()}


def places(moved: Moved, k: int) -> list[Place]:
    """Return hospital, pool, busy or queue, and minute of all that one patient took or waited for."""
    patient, mark = moved.patients[k], {name: moved.mark(name)[k] for name in moved.network.layout.mark_index}
    home = HOSPITALS[patient.hospital]
    move = next((row for row in moved.network.log.transfers if row.patient == k and not row.refusal), None)
    found: list[Place] = []

    def note(hospital: str, code: str, what: str, start: float, *ends: float) -> None:
        if start == start:
            end = min([end for end in ends if end == end], default=END)
            found.extend((hospital, code, what, minute) for minute in range(int(start), int(min(end, END))))

    if patient.triage is not None:
        started = mark["door.triage_started"]
        note(home, "nurse", "queue", mark["arrived"], started)
        note(home, "nurse", "busy", started, started + patient.triage)
    note(home, "ed_space", "queue", mark["emergency_asked"], mark["emergency_entered"], mark["departed"])
    note(home, "ed_space", "busy", mark["emergency_entered"], mark["emergency_left"])
    if patient.scan is not None:
        for code in ("scanner", "radiographer"):
            started = mark["emergency.scan_started"]
            note(home, code, "queue", mark["emergency_entered"], started)
            note(home, code, "busy", started, started + patient.scan)
    if move:
        note(home, "bed", "queue", mark["ward_asked"], move.time_min)
        note(HOSPITALS[move.destination], "bed", "busy", move.time_min, mark["ward_left"])
    else:
        note(home, "bed", "queue", mark["ward_asked"], mark["ward_entered"])
        note(home, "bed", "busy", mark["ward_entered"], mark["ward_left"])
    return found
