"""Call patients one after the other: what the rules of the admission seat have in common."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from policies.admission.beds import expected_free
from policies.admission.sessions import Book, Session
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
        book, free = Book(view), expected_free(view, self.bed_safety)
        for row in order.tolist():
            sessions = (one for one in book.of_list(row) if book.fits(row, one) and self._has_bed(view, free, row, one))
            session = next(sessions, None)
            if session is not None:
                book.call(row, session)
                stay = view.facts.stay[view.group[row]][:, : free.shape[2] - session.day]
                free[session.hospital, :, session.day :] -= stay
        return decision_of(book.calls)

    def _has_bed(self, view: AdmissionView, free: FloatArray, row: int, session: Session) -> bool:
        place = int(view.facts.place_of[view.group[row]])
        return not self.minds_beds or place < 0 or bool(free[session.hospital, place, session.day] >= 1)

    def faults(self, where: str) -> Iterator[WrongSetting]:
        """Yield a fault for a safety that is negative or not finite."""
        if not 0 <= self.bed_safety < np.inf:
            yield WrongSetting(f"{where}.bed_safety", self.bed_safety, "give a finite number, zero or more")


def decision_of(
    calls: list[tuple[int, float]],
    ending: str = "rule",
    objective: float = 0.0,
    gap: float = np.nan,
    binding: tuple[tuple[str, float], ...] = (),
    seconds: float = 0.0,
) -> AdmissionDecision:
    """Return the decision to make these calls: patients and moments."""
    return AdmissionDecision(
        patient=np.array([patient for patient, _ in calls], dtype=np.int64),
        at_min=np.array([at_min for _, at_min in calls], dtype=np.float64),
        ending=ending,
        objective=objective,
        gap=gap,
        binding=binding,
        seconds=seconds,
    )
