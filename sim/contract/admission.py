"""Define what is seen of waiting lists, and who is called in for when."""

from dataclasses import dataclass

import numpy as np

from sim.contract.base import Decision
from sim.contract.nursing import WardFacts
from sim.contract.wishes import Wishes
from sim.units import BoolArray, FloatArray, IntArray

HOURS_PER_DAY = 24


@dataclass(frozen=True, slots=True, eq=False)
class AdmissionFacts:
    """State what never changes about l lists, g groups of patients that are alike, k kinds of place, h hospitals.

    A list waits for the time of one kind of pool, such as theatres or a clinic, whose code is in `list_codes`. A group
    is a condition at one acuity. What it needs is expected from patients alike, never known of one patient:
    `mean_min` and `sd_min` (g,) of a unit's time, and the places that one patient holds, `stay` (g, k, n_lags), on
    average over the first 24 hours after coming, the second, and so on. `list_of` (g,) is its list, `place_of` (g,)
    the place that must be free when a patient comes, -1 for none. `due_days` (g,) count from the referral.
    The rest are the rules of `sim.admission_rules.AdmissionRules`; `wards` is None where no nursing is described.
    """

    hospital_ids: tuple[str, ...]
    list_codes: tuple[str, ...]
    place_codes: tuple[str, ...]
    groups: tuple[str, ...]
    condition: tuple[str, ...]
    acuity: IntArray
    list_of: IntArray
    place_of: IntArray
    mean_min: FloatArray
    sd_min: FloatArray
    stay: FloatArray
    due_days: FloatArray
    notice_days: int
    most_booked_share: float
    midnight_min: float
    p_no_show: float = 0.0
    wards: WardFacts | None = None


@dataclass(frozen=True, slots=True, eq=False)
class AdmissionView:
    """Show who waits on which list, which hours are open in the next n days, today first, and the places then.

    One row a patient (n_patients,) who was referred and has not come: `patient`, `hospital`, `group`, `referred_min`,
    `due_min`, the moment `called_min` for which the patient is called, NaN for none yet, and `n_cancelled`, how often
    the patient was called in vain. `rostered` (h, l, n, 24) counts units on the roster in each hour of each day, and
    `booked_min` (h, l, n) the expected minutes of those who are called. Day `day` is today, counted from the
    first midnight. Of places, `beds` (h, k) are staffed now; `held` (h, k, n) is expected to be taken by those who came
    from the lists or are called; `others` (h, k, n_past) was taken by everybody else at the last reviews, the latest
    last, NaN before the first. `kind` (n_patients,) is 0 or 1, and who differs shares no room; `age_group`
    (n_patients,) is 0 for the youngest; both are None where the city does not tell, as
    are `wishes`. Who is called stands at the `hospital` that the call is for.
    """

    facts: AdmissionFacts
    now_min: float
    day: int
    patient: IntArray
    hospital: IntArray
    group: IntArray
    referred_min: FloatArray
    due_min: FloatArray
    called_min: FloatArray
    n_cancelled: IntArray
    rostered: IntArray
    booked_min: FloatArray
    beds: FloatArray
    held: FloatArray
    others: FloatArray
    kind: IntArray | None = None
    age_group: IntArray | None = None
    wishes: Wishes | None = None

    @property
    def uncalled(self) -> BoolArray:
        """Mark the patients who may be called, shape (n_patients,)."""
        return np.isnan(self.called_min)

    @property
    def room_min(self) -> FloatArray:
        """Return the expected minutes that may still be booked on each day, (h, l, n); 0 where the notice is short."""
        most = self.rostered.sum(axis=3) * (60.0 * self.facts.most_booked_share)
        room: FloatArray = np.maximum(most - self.booked_min, 0.0)
        room[:, :, : self.facts.notice_days] = 0.0
        return room

    def moment_min(self, day: int, minute: float) -> float:
        """Return a minute of one of the days shown, 0 for today, as minutes since time zero."""
        return self.facts.midnight_min + (self.day + day) * 1440.0 + minute


@dataclass(frozen=True, slots=True, eq=False)
class AdmissionDecision(Decision):
    """Call `patient[i]` for the moment `at_min[i]`, minutes since time zero.

    `hospital[i]` is where to, None for the hospital of the list of each.
    """

    patient: IntArray
    at_min: FloatArray
    hospital: IntArray | None = None
