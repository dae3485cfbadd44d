"""Build a small world in which patients wait on lists for theatres and beds, for tests."""

import numpy as np

from sim.admission_rules import AdmissionRules
from sim.city import City, Hospital, Kind, Pool, Zone
from sim.distributions import Distribution, Fixed
from sim.pathway import Graded, Pathway, Phase, Step
from sim.patience import Patience
from sim.scenario import Condition, Horizon, Information, Scenario, Source, TransferRules
from tests.small_worlds import NO_FEATURES
from tests.two_hospitals import NO_RATE

DAY = 1440.0


def theatre_roster(units: int, first: int = 8, last: int = 12, days: int = 7) -> tuple[int, ...]:
    """Return a week with so many theatres open from the first hour to the last on its first days."""
    day = [units if first <= hour < last else 0 for hour in range(24)]
    return tuple(day * days + [0] * 24 * (7 - days))


def a_list_world(
    case: Distribution | None = None,
    stay: Distribution | None = None,
    theatres: int = 1,
    beds: int = 9,
    at_start: int = 4,
    rules: AdmissionRules | None = None,
    n_days: float = 6.0,
    per_hour: float = 0.0,
) -> Scenario:
    """Return one hospital with a theatre from 8 to 12 and a ward; operations of 60 minutes, stays of a day.

    Acuities 3 (due after 2 days) and 4 (due after 20) are equally likely.
    """
    shares = np.array([0.0, 0.0, 0.5, 0.5, 0.0])
    operation = Step("operation", Graded((case or Fixed(60.0),)), ("theatre",))
    ward = Phase("ward", (operation, Step("stay", Graded((stay or Fixed(DAY),)))), "bed")
    pools = (Pool("theatre", Kind.STAFF, theatre_roster(theatres)), Pool("bed", Kind.PLACE, (beds,)))
    return Scenario(
        name="lists",
        city=City(
            "one",
            (Hospital("a", "A", 0.0, 0.0, pools),),
            (Zone("z", "Z", 0.0, 0.0, 1.0),),
            np.zeros((1, 1)),
            np.ones((1, 1)),
        ),
        pathways=(Pathway("operated", (ward,)),),
        conditions=(Condition("hip", "operated", shares),),
        sources=(
            Source(
                "hips", ("hip",), np.ones(1), NO_RATE + per_hour, hospital=0, at_start=at_start, listed_for="theatre"
            ),
        ),
        case_mix=NO_FEATURES,
        patience=Patience(),
        horizon=Horizon(0.0, n_days * DAY),
        transfers=TransferRules(DAY, Fixed(5.0), Fixed(90.0), crews=1, receiving_cap_share=1.0),
        information=Information(),
        lists=rules or AdmissionRules(first_min=60.0, due_days=(1.0, 1.0, 2.0, 20.0, 20.0)),
    ).checked()
