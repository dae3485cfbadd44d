"""Texts that must stay byte-identical: one function each, named like the file beside this module."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from optimize.allocation import AllocationProblem
from optimize.allocation_case import Inequality
from optimize.appointments.problem import AppointmentsProblem
from optimize.bedding.problem import BeddingProblem
from optimize.cover import CoverProblem
from optimize.dispatch.problem import DispatchProblem
from optimize.float_pool.problem import FloatPoolProblem
from optimize.imaging.problem import ImagingProblem
from optimize.location.problem import LocationProblem
from optimize.medicines.problem import MedicinesProblem
from optimize.roster.problem import RosterProblem
from optimize.solver import text
from optimize.theatre.problem import TheatreProblem
from optimize.transfer import TransferProblem
from tests.appointments_cases import two_clinics
from tests.bedding_cases import one_hospital
from tests.dispatch_cases import two_zones
from tests.float_pool_cases import two_hospitals
from tests.golden.timetable import searches
from tests.golden.trace import trace
from tests.imaging_cases import two_scanners
from tests.location_cases import two_stations
from tests.medicines_cases import cold, three_hospitals
from tests.small_roster import ward
from tests.theatre_cases import one_theatre
from tests.unit.test_allocation import three_places
from tests.unit.test_cover import shifts
from tests.unit.test_recourse import newsvendors
from tests.unit.test_transfer import two_wards

FOLDER = Path(__file__).parent
GOLDEN: dict[str, Callable[[], str]] = {
    "appointments.lp": lambda: text(AppointmentsProblem(two_clinics())),
    "bedding.lp": lambda: text(BeddingProblem(one_hospital())),
    "allocation_gini.lp": lambda: text(
        AllocationProblem(three_places(inequality=Inequality.GINI, inequality_cost=9.0))
    ),
    "allocation_max_min.lp": lambda: text(
        AllocationProblem(three_places(inequality_cost=9.0, least_ratio=0.5, most_moves=4))
    ),
    "recourse.lp": lambda: text(newsvendors([10.0, 20.0, 60.0])),
    "cover.lp": lambda: text(CoverProblem(shifts())),
    "dispatch.lp": lambda: text(DispatchProblem(two_zones(most_diverted=2.0))),
    "float_pool.lp": lambda: text(FloatPoolProblem(two_hospitals())),
    "imaging.lp": lambda: text(ImagingProblem(two_scanners())),
    "location.lp": lambda: text(LocationProblem(two_stations(standing=np.array([0, 2]), moves_per_hour=1))),
    "medicines.lp": lambda: text(MedicinesProblem(cold(three_hospitals()))),
    "roster.lp": lambda: text(RosterProblem(ward())),
    "theatre.lp": lambda: text(TheatreProblem(one_theatre(), np.array([40.0, 50.0]))),
    "timetable.txt": searches,
    "trace.txt": trace,
    "transfer_crews.lp": lambda: text(TransferProblem(two_wards(sending_limit=[2, 1, 1]))),
    "transfer.lp": lambda: text(TransferProblem(two_wards(receiving_limit=[1, 2, 2]))),
}
