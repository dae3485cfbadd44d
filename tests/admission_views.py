"""Make admission views for tests: by hand, or any that could be."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st

from sim.contract import AdmissionDecision, AdmissionFacts, AdmissionView
from tests.transfer_views import frozen

DAY = 1440.0
NOT_CALLED = float("nan")
LISTS, PLACES = ("theatre", "clinic"), ("bed", "icu")


def some_list_facts(n_hospitals: int = 1, **changes: object) -> AdmissionFacts:
    """Return two groups of a theatre list, hips of 60 minutes that are urgent and knees of 120 that are not.

    Both hold a bed for a day; hips are due after 2 days, knees after 20. Nothing varies.
    """
    usual: dict[str, object] = {
        "hospital_ids": tuple(f"h{i}" for i in range(n_hospitals)),
        "list_codes": ("theatre",),
        "place_codes": ("bed",),
        "groups": ("hip 2", "knee 4"),
        "condition": ("hip", "knee"),
        "acuity": frozen(np.array([2, 4])),
        "list_of": frozen(np.array([0, 0])),
        "place_of": frozen(np.array([0, 0])),
        "mean_min": frozen(np.array([60.0, 120.0])),
        "sd_min": frozen(np.array([0.0, 0.0])),
        "stay": frozen(np.array([[[1.0, 0.0, 0.0, 0.0]], [[1.0, 0.0, 0.0, 0.0]]])),
        "due_days": frozen(np.array([2.0, 20.0])),
        "notice_days": 1,
        "most_booked_share": 1.0,
        "midnight_min": 0.0,
    }
    return AdmissionFacts(**{**usual, **changes})  # type: ignore[arg-type]


def open_hours(units: Sequence[int], first: int = 8, last: int = 12) -> np.ndarray:
    """Return one hospital and list with so many units from the first hour to the last of each day, (1, 1, n, 24)."""
    hours = np.zeros((1, 1, len(units), 24), dtype=np.int64)
    hours[0, 0, :, first:last] = np.array(units)[:, None]
    return hours


def some_list_view(facts: AdmissionFacts, patients: Sequence[tuple[Any, ...]], **columns: Any) -> AdmissionView:
    """Return a view at noon of day 10; a patient is (group, days since the referral[, called_min[, hospital]]).

    Patients are numbered from 100. One unit is open from 8 to 12 on four days, and nine beds are free.
    """
    rows = [(*one, *(NOT_CALLED, 0)[len(one) - 2 :]) for one in patients]
    group = np.array([row[0] for row in rows], dtype=np.int64)
    referred = 10 * DAY + 720.0 - DAY * np.array([row[1] for row in rows], dtype=float)
    shape = len(facts.hospital_ids), len(facts.place_codes)
    usual: dict[str, Any] = {
        "now_min": 10 * DAY + 720.0,
        "day": 10,
        "patient": np.arange(100, 100 + len(rows)),
        "hospital": np.array([row[3] for row in rows], dtype=np.int64),
        "group": group,
        "referred_min": referred,
        "due_min": referred + facts.due_days[group] * DAY,
        "called_min": np.array([row[2] for row in rows], dtype=float),
        "n_cancelled": np.zeros(len(rows), dtype=np.int64),
        "rostered": np.repeat(open_hours([1, 1, 1, 1]), shape[0], axis=0),
        "beds": np.full(shape, 9.0),
        "others": np.zeros((*shape, 3)),
    }
    whole = {**usual, **columns}
    n_days = whole["rostered"].shape[2]
    usual = {"booked_min": np.zeros((shape[0], len(facts.list_codes), n_days)), "held": np.zeros((*shape, n_days))}
    whole = {**usual, **whole}
    for name, value in whole.items():
        whole[name] = frozen(np.array(value)) if np.ndim(value) else value
    return AdmissionView(facts=facts, **whole)


def calls(decision: AdmissionDecision) -> dict[int, float]:
    """Return moments by patient."""
    return dict(zip(decision.patient.tolist(), decision.at_min.tolist(), strict=True))


@st.composite
def any_list_facts(draw: st.DrawFn) -> AdmissionFacts:
    """Draw up to two hospitals and lists, three groups and two places, under any rules."""
    n_lists, n_groups = draw(st.integers(1, 2)), draw(st.integers(1, 3))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    stay = rng.choice([0.0, 0.4, 1.0], (n_groups, 2, 4))
    return some_list_facts(
        draw(st.integers(1, 2)),
        list_codes=LISTS[:n_lists],
        place_codes=PLACES,
        groups=tuple(f"g{i}" for i in range(n_groups)),
        condition=tuple(f"g{i}" for i in range(n_groups)),
        acuity=frozen(rng.integers(1, 6, n_groups)),
        list_of=frozen(rng.integers(0, n_lists, n_groups)),
        place_of=frozen(rng.integers(-1, 2, n_groups)),
        mean_min=frozen(rng.choice([30.0, 60.0, 95.5, 300.0], n_groups)),
        sd_min=frozen(rng.choice([0.0, 20.0, 60.0], n_groups)),
        stay=frozen(stay),
        due_days=frozen(rng.choice([0.0, 2.0, 14.0], n_groups)),
        notice_days=draw(st.integers(0, 2)),
        most_booked_share=draw(st.sampled_from([0.5, 1.0])),
        midnight_min=draw(st.sampled_from([0.0, 420.0])),
    )


@st.composite
def list_views(draw: st.DrawFn, of: AdmissionFacts | None = None) -> AdmissionView:
    """Draw a view of up to a dozen patients, of whom some are called already, and of three or four days."""
    facts = draw(any_list_facts()) if of is None else of
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    n, n_days, n_hospitals = draw(st.integers(0, 12)), draw(st.integers(3, 4)), len(facts.hospital_ids)
    units = rng.integers(0, 3, (n_hospitals, len(facts.list_codes), n_days))
    rostered = np.zeros((*units.shape, 24), dtype=np.int64)
    rostered[..., 8:14] = units[..., None]
    group, hospital = rng.integers(0, len(facts.groups), n), rng.integers(0, n_hospitals, n)
    called = np.full(n, NOT_CALLED)
    booked = np.zeros(units.shape)
    for row in range(n):
        where = int(hospital[row]), int(facts.list_of[group[row]]), int(rng.integers(0, n_days))
        if rng.random() < 0.3 and units[where]:
            called[row] = facts.midnight_min + (10 + where[2]) * DAY + rng.integers(480, 700)
            booked[where] += facts.mean_min[group[row]]
    patients = list(zip(group, rng.uniform(0, 30, n), called, hospital, strict=True))
    beds = rng.integers(0, 6, (n_hospitals, 2)).astype(float)
    others = rng.integers(0, 4, (n_hospitals, 2, 5)).astype(float)
    others[..., : draw(st.integers(0, 4))] = np.nan
    held = rng.uniform(0, 3, (n_hospitals, 2, n_days))
    now = facts.midnight_min + 10 * DAY
    columns = {"rostered": rostered, "booked_min": booked, "beds": beds, "others": others, "held": held}
    return some_list_view(facts, patients, now_min=now, **columns)
