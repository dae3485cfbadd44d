"""Draw which tests of another hospital would be repeated, and leave out those that a record makes needless."""

import numpy as np

from sim.door import Door
from sim.layout import Layout
from sim.units import BoolArray, FloatArray, IntArray

SPARED = -2.0
"""What stands in place of the minutes of a test that a record made needless; negative, as where nothing happens."""

Drawn = tuple[BoolArray | None, BoolArray | None]
"""Who consents, shape (n,), and which tests would be repeated, shape (n, n_tests); None without records."""


def tests_by_slot(layout: Layout) -> list[tuple[int, str]]:
    """Return the steps that count as tests as (slot, test), in the order of the slots; none without records."""
    records = layout.scenario.information.records
    found = ((index, slot.partition(".")[2]) for index, slot in enumerate(layout.slots))
    return [(index, test) for index, test in found if records and test in records.tests]


def draw_repeats(layout: Layout, door: Door) -> Drawn:
    """Draw who consents, and which tests would be repeated."""
    records = layout.scenario.information.records
    if records is None:
        return None, None
    repeats = [door.uniform("repeat", str(slot)) < records.repeat_share for slot, _ in tests_by_slot(layout)]
    shape = len(door.order), len(repeats)
    return door.uniform("consent") < records.consent_share, np.array(repeats).T.reshape(shape)


def sees(layout: Layout, consents: BoolArray, here: IntArray, before: IntArray) -> BoolArray:
    """Mark the patients whose record of one hospital is seen at another, shape (n,)."""
    records = layout.scenario.information.records
    agreed = np.array([hospital.agreed for hospital in layout.scenario.city.hospitals])
    both: BoolArray = agreed[here] & agreed[before] & consents
    return both & bool(records and records.shared)


def without_needless(
    layout: Layout, minutes: tuple[FloatArray, FloatArray], hospitals: tuple[IntArray, IntArray], drawn: Drawn
) -> FloatArray:
    """Return the minutes of return visits, shape (n, n_slots), less tests that the record of another hospital spares.

    Both `minutes`, shape (n, n_slots), and `hospitals`, shape (n,), are those of the visit and of the one before it.
    What was drawn for the visit before counts as done, also for who left it early.
    """
    consents, repeats = drawn
    if consents is None or repeats is None:
        return minutes[0]
    found, (here, before) = minutes[0].copy(), hospitals
    seen = (here != before) & sees(layout, consents, here, before)
    for column, (slot, _) in enumerate(tests_by_slot(layout)):
        both = (minutes[1][:, slot] >= 0) & (found[:, slot] >= 0)
        found[seen & both & repeats[:, column], slot] = SPARED
    return found
