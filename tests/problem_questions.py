"""One question about every problem of the optimizer: its exact answer, what forcing costs, and what cannot be."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st

from optimize.allocation import AllocationProblem
from optimize.appointments.problem import AppointmentsProblem
from optimize.bedding.problem import BeddingProblem
from optimize.cover import CoverProblem
from optimize.decisions import ANY, Decision
from optimize.dispatch.problem import DispatchProblem
from optimize.float_pool.problem import FloatPoolProblem
from optimize.imaging.problem import ImagingProblem
from optimize.location.problem import LocationProblem
from optimize.medicines.problem import MedicinesProblem
from optimize.roster.problem import RosterProblem
from optimize.theatre.problem import TheatreProblem
from optimize.transfer import TransferProblem
from tests import (
    appointments_cases,
    bedding_cases,
    dispatch_cases,
    float_pool_cases,
    imaging_cases,
    location_cases,
    medicines_cases,
    roster_cases,
    theatre_cases,
)
from tests.small_roster import ward
from tests.unit.test_allocation import cases as allocations
from tests.unit.test_allocation import three_places
from tests.unit.test_cover import covers, shifts
from tests.unit.test_recourse import newsvendors
from tests.unit.test_transfer import cases as transfers
from tests.unit.test_transfer import two_wards


class Question(NamedTuple):
    """Keep a problem and what is known of it by hand.

    `objective` is the best; `forced` costs `cost` more; `too_much` cannot be, unless the families of `soft` give at
    their prices, which then come to `slack_cost`. `names` are its decisions, `drawn` any problems of its kind.
    """

    problem: Any
    objective: float
    names: tuple[str, ...]
    forced: Mapping[Decision, float]
    cost: float
    too_much: Mapping[Decision, float]
    soft: Mapping[str, float]
    slack_cost: float
    drawn: st.SearchStrategy[Any]


V = np.array([40.0, 40.0])
TIGHT_COLD = replace(medicines_cases.cold(medicines_cases.three_hospitals()), cold_room=np.array([9, 2, 9]))

QUESTIONS = (
    # One early and three late; three early and one late need each dusk and noon. Without early nobody is there at dawn.
    Question(
        CoverProblem(shifts()),
        17.0,
        ("level",),
        {("level", "early"): 3},
        2 * 5 - 4,
        {("level", "early"): 0},
        {"cover": 9.0},
        9.0,
        covers().map(CoverProblem),
    ),
    # Three to Mitte at 1, one to Süd at 5, two missing at 10. Three to Süd are two longer ways. Nord has 6, not 7.
    Question(
        AllocationProblem(three_places()),
        3 + 5 + 20,
        ("move",),
        {("move", (0, 0, 2)): 3},
        2 * (5 - 1),
        {("move", (0, 0, 2)): 7},
        {"stock": 9.0},
        9.0,
        allocations().map(AllocationProblem),
    ),
    # The urgent one to the near bed (9) and one to the far (1). Without the near bed 7 + 1. Two may leave, not three.
    Question(
        TransferProblem(two_wards(sending_limit=[2, 0, 0])),
        10.0,
        ("move",),
        {("move", (ANY, ANY, ANY, 1)): 0},
        2.0,
        {("move", (0, ANY, ANY, ANY)): 3},
        {"of_origin": 9.0},
        9.0,
        transfers().map(TransferProblem),
    ),
    # Ann's wish is not met (2); without Ben on Tuesday his is not either (3). Nobody works two shifts of one day.
    Question(
        RosterProblem(ward()),
        2.0,
        ("work",),
        {("work", (1, 1, 0)): 0},
        3.0,
        {("work", (1, 1, ANY)): 2},
        {"one_shift": 9.0},
        9.0,
        roster_cases.cases().map(RosterProblem),
    ),
    # Bob in the side room leaves Cid to intensive care, where Dan must make place (25): 2 + 30 + 25, before 52.
    Question(
        BeddingProblem(bedding_cases.one_hospital()),
        52.0,
        ("bed",),
        {("bed", (1, 2)): 1},
        57 - 52,
        {("bed", (ANY, 2)): 2},
        {"beds": 9.0},
        9.0,
        bedding_cases.cases().map(BeddingProblem),
    ),
    # Without B, intensive care stays one short (100) beside ward A's nurse (10 + 80), and B has one too many (1).
    # Three from B are one more than want to go, and one more than B can spare.
    Question(
        FloatPoolProblem(float_pool_cases.two_hospitals()),
        140.0,
        ("send",),
        {("send", (1, 0)): 0},
        190 + 1 - 140,
        {("send", (1, 0)): 3},
        {"people": 9.0, "lender": 9.0},
        18.0,
        float_pool_cases.cases().map(FloatPoolProblem),
    ),
    # No evening: both routine requests are postponed (100) instead of opening (90). A third of two cannot be booked.
    Question(
        ImagingProblem(imaging_cases.two_scanners()),
        120.0,
        ("book", "open"),
        {("open", 1): 0},
        10.0,
        {("book", (1, 1)): 3},
        {"everyone": 900.0},
        900.0,
        imaging_cases.cases().map(ImagingProblem),
    ),
    # No hip: all four are postponed. Three on one day are 333.75 minutes of 280.
    Question(
        TheatreProblem(theatre_cases.one_theatre(), V),
        40.0,
        ("operate",),
        {("operate", (0, ANY)): 0},
        40.0,
        {("operate", (0, 0)): 3},
        {"session": 9.0},
        9 * 53.75,
        theatre_cases.cases().map(lambda case: TheatreProblem(case, np.full(case.day.size, 20.0))),
    ),
    # Without the trip south all stays as it is: 160. Three units are one more than the cold has room for.
    Question(
        MedicinesProblem(TIGHT_COLD),
        67.0,
        ("move", "trip"),
        {("trip", ("north", "south")): 0},
        160 - 67,
        {("move", ("n1", "south")): 3},
        {"room": 9.0},
        9.0,
        medicines_cases.cases(most_lots=3).map(MedicinesProblem),
    ),
    # Both stay at east: 5.25 instead of 7. Two at west are two moves, one more than allowed.
    Question(
        LocationProblem(location_cases.two_stations(standing=np.array([0, 2]), moves_per_hour=1)),
        7.0,
        ("stand",),
        {("stand", ("east", 0)): 2},
        7 - 5.25,
        {("stand", ("west", 0)): 2},
        {"moves": 9.0},
        9.0,
        location_cases.cases().map(LocationProblem),
    ),
    # The third of the hill is diverted. If not, it waits 40 minutes instead of driving 15 farther for 2.
    # Three diverted are one more than allowed.
    Question(
        DispatchProblem(dispatch_cases.two_zones(most_diverted=2.0)),
        10 + 10 + 25 + 5 + 20 + 2,
        ("keep", "send"),
        {("send", (0, 1)): 0},
        40 - 15 - 2,
        {("send", (0, 1)): 3},
        {"diverted": 90.0},
        90.0,
        dispatch_cases.cases().map(DispatchProblem),
    ),
    # Ben far (4) leaves Cem open (8) instead of Ben open (6) and Cem far (4). Both near is one more than the slot.
    Question(
        AppointmentsProblem(appointments_cases.two_clinics(overbook_limit=np.array([0, 0]))),
        11.0,
        ("book", "leave"),
        {("book", ("Ben", "far")): 1},
        13 - 11,
        {("book", ("Ann", "near")): 1, ("book", ("Ben", "near")): 1},
        {"room": 9.0},
        9.0,
        appointments_cases.cases().map(AppointmentsProblem),
    ),
    # The order is 20: 5 (10 + 20 + 20) / 3 - 60. Nobody earns without an order, or sells 15 where 10 are wanted.
    Question(
        newsvendors([10.0, 20.0, 60.0]),
        250 / 3 - 60,
        ("scenario[0].order",),
        {("scenario[0].order", None): 0},
        250 / 3 - 60,
        {("scenario[0].sold", None): 15},
        {"scenario[0].demand": 9.0},
        5 * 9.0,
        st.lists(st.integers(0, 30).map(float), min_size=1, max_size=4).map(newsvendors),
    ),
)
