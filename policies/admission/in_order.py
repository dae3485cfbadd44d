"""Call patients one after the other: what the rules of the admission seat have in common."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from policies.admission.beds import expected_free
from policies.admission.sessions import Book, decision_of
from policies.settings import WrongSetting
from sim.contract import AdmissionDecision, AdmissionView
from sim.units import FloatArray, IntArray


@dataclass(slots=True)
class InOrder:
    """Call each patient of an order for the first session in which the case is expected to end.

    With `minds_beds`, only for a day on which the place that the patient needs first is expected to be free: what
    others held at the last reviews is kept for them, and `bed_safety` times its standard deviation (assumption
    A-LIST-RESERVE, range 0 to 2).
    """

    minds_beds: bool = True
    bed_safety: float = 0.5

    def call_all(self, view: AdmissionView, order: IntArray) -> AdmissionDecision:
        """Return the calls of these patients, rows of the view, in this order."""
        book = Book(view)
        call_in_order(book, order, expected_free(view, self.bed_safety) if self.minds_beds else None)
        return decision_of(book.calls)

    def faults(self, where: str) -> Iterator[WrongSetting]:
        """Yield a fault for a safety that is negative or not finite."""
        if not 0 <= self.bed_safety < np.inf:
            yield WrongSetting(f"{where}.bed_safety", self.bed_safety, "give a finite number, zero or more")


def call_in_order(book: Book, order: IntArray, free: FloatArray | None) -> None:
    """Book these patients, rows of the view, one after the other, as long as there are sessions and beds.

    `free` (h, k, n_days) are the places expected to be free, less those for who is booked; None looks at no beds.
    """
    facts, group = book.view.facts, book.view.group
    for row in order.tolist():
        place, stay = int(facts.place_of[group[row]]), facts.stay[group[row]]
        for session in book.of_list(row):
            has_bed = free is None or place < 0 or free[session.hospital, place, session.day] >= 1
            if has_bed and book.fits(row, session):
                book.call(row, session)
                if free is not None:
                    free[session.hospital, :, session.day :] -= stay[:, : free.shape[2] - session.day]
                break
