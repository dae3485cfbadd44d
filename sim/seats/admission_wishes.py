"""Know which clinics patients of a list may be called to, how far these are, and what they like."""

import numpy as np

from sim.contract.wishes import Wishes
from sim.motion import Motion
from sim.platform.kinds import SharedKind
from sim.seats.dispatch import offers
from sim.terms import Terms
from sim.units import BoolArray, IntArray
from sim.wishes import ways_min


class Clinics:
    """Tell the clinics of a list: those of the own hospital, and of those that share with it where wishes allow it."""

    def __init__(self, motion: Motion) -> None:
        self._motion = motion
        self._rules = motion.scenario.lists.wishes
        self._terms = Terms(motion.scenario.city, motion.scenario.agreements)
        self._offers = offers(motion.scenario)
        self._travel_min = ways_min(motion.scenario, motion.cohort)

    def allowed(self) -> BoolArray:
        """Mark to which hospitals (columns) patients of a hospital's list (rows) may be called now, shape (h, h)."""
        own: BoolArray = np.eye(len(self._offers), dtype=np.bool_)
        if self._rules is None or not self._rules.elsewhere:
            return own
        return own | self._terms.pairs(SharedKind.EQUIPMENT, self._motion.env.now).T

    def refusal(self, patient: int, hospital: int) -> str:
        """Say why a patient cannot be called to a hospital; empty when nothing is in the way."""
        own, n_hospitals = int(self._motion.cohort.hospital[patient]), len(self._offers)
        if not 0 <= hospital < n_hospitals or not self.allowed()[own, hospital]:
            return "not for this list"
        return "" if self._offers[hospital, self._motion.cohort.pathway[patient]] else "not offered there"

    def wishes(self, patients: IntArray) -> Wishes | None:
        """Return what patients like, None where no wishes are described."""
        liked = self._motion.cohort.liked
        return None if liked is None else Wishes(liked[patients], self._travel_min[patients], self.allowed())
