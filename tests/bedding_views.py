"""Make bedding views for tests: by hand, or any that could be."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st

from sim.contract import BeddingDecision, BeddingFacts, BeddingView
from tests.transfer_views import frozen

ED, ICU, MEDICAL, SURGICAL = range(4)
CODES = ("ed_space", "icu_bed", "medical_bed", "surgical_bed")


def ward_facts(n_hospitals: int = 1, liking: Sequence[Sequence[int]] | None = None) -> BeddingFacts:
    """Return hospitals whose medical and surgical wards stand in for each other, and intensive care for medicine."""
    table = [[0, 0, 0, 0], [0, 0, 0, 0], [0, 2, 0, 1], [0, 0, 1, 0]] if liking is None else liking
    return BeddingFacts(tuple(f"h{i}" for i in range(n_hospitals)), CODES, frozen(np.array(table)))


def ward_view(facts: BeddingFacts, patients: Sequence[Sequence[float]], free: Any, **columns: Any) -> BeddingView:
    """Return a view; a patient is (place, minutes waited[, holds[, hospital]]), numbered from 100; 20 beds each."""
    rows = [(*one, *(ED, 0)[len(one) - 2 :]) for one in patients]
    table = np.array(rows, dtype=np.float64).reshape(-1, 4)
    place, hospital = table[:, 0].astype(np.int64), table[:, 3].astype(np.int64)
    shape = len(facts.hospital_ids), len(CODES)
    queue = np.zeros(shape, dtype=np.int64)
    np.add.at(queue, (hospital, place), 1)
    usual: dict[str, Any] = {
        "now_min": 1000.0,
        "patient": np.arange(100, 100 + len(rows)),
        "hospital": hospital,
        "place": place,
        "holds": table[:, 2].astype(np.int64),
        "acuity": np.full(len(rows), 3),
        "waited_min": table[:, 1],
        "beds": np.full(shape, 20),
        "free": np.array(free),
        "queue": queue,
    }
    whole = {**usual, **columns}
    for name, value in whole.items():
        whole[name] = frozen(np.array(value)) if np.ndim(value) else value
    return BeddingView(facts, **whole)


def moves(decision: BeddingDecision) -> dict[int, int]:
    """Return places by patient."""
    return dict(zip(decision.patient.tolist(), decision.place.tolist(), strict=True))


@st.composite
def ward_views(draw: st.DrawFn) -> BeddingView:
    """Draw a view of up to eight patients at one or two hospitals; nobody waits for a place that is free."""
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    n_hospitals, n = draw(st.integers(1, 2)), draw(st.integers(0, 8))
    liking = rng.integers(0, 3, (4, 4)) * (1 - np.eye(4, dtype=np.int64))
    patients = np.column_stack(
        (rng.integers(0, 4, n), rng.uniform(0, 500, n), rng.integers(-1, 4, n), rng.integers(0, n_hospitals, n))
    )
    free = rng.integers(0, 4, (n_hospitals, 4))
    free[patients[:, 3].astype(np.int64), patients[:, 0].astype(np.int64)] = 0
    facts = ward_facts(n_hospitals, liking.tolist())
    return ward_view(facts, patients.tolist(), free, beds=free + rng.integers(0, 30, free.shape))
