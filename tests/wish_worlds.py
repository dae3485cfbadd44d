"""Build two clinics whose patients come from two zones and like some half-days, for tests."""

from dataclasses import replace

import numpy as np

from sim.admission_rules import AdmissionRules
from sim.city import Zone
from sim.distributions import Distribution
from sim.scenario import Scenario
from sim.wish_rules import WishRules
from tests.waiting_lists import a_list_world

WAYS = np.array([[10.0, 40.0], [50.0, 20.0]])
"""From zone (row) to hospital."""
EITHER = WishRules(elsewhere=True)


def two_clinics(
    wishes: WishRules | None = EITHER,
    rules: AdmissionRules | None = None,
    case: Distribution | None = None,
    at_start: int = 6,
    n_days: float = 6.0,
    per_hour: float = 0.0,
    beds: int = 99,
) -> Scenario:
    """Return hospitals a and b with a theatre from 8 to 16 and a list each.

    All of zone y choose b, three of four of x a. Twice as many people live in x as in y. Half of the cases are due
    after 2 days.
    """
    usual = AdmissionRules(first_min=60.0, horizon_days=4, due_days=(1.0, 1.0, 2.0, 20.0, 20.0))
    rules = replace(rules or usual, wishes=wishes)
    world = a_list_world(case, at_start=at_start, rules=rules, n_days=n_days, per_hour=per_hour, beds=beds)
    (one,), (list_a,) = world.city.hospitals, world.sources
    day = [1 if 8 <= hour < 16 else 0 for hour in range(24)]
    first = replace(one, pools=(replace(one.pools[0], levels=tuple(day * 7)), one.pools[1]))
    zones = Zone("x", "X", 0.0, 0.0, 2.0), Zone("y", "Y", 0.0, 0.0, 1.0)
    city = replace(
        world.city,
        hospitals=(first, replace(first, id="b", name="B")),
        zones=zones,
        travel_min=np.array([[0.0, 15.0], [15.0, 0.0]]),
        choice_share=np.array([[0.75, 0.25], [0.0, 1.0]]),
        zone_travel_min=WAYS,
    )
    return replace(world, city=city, sources=(list_a, replace(list_a, name="more", hospital=1))).checked()
