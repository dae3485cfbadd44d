"""Tell the policy small stories with a known end: `pytest tests` in this folder."""

from pathlib import Path

import numpy as np

from experiments.plugins import load_file
from sim.contract import CityFacts, TransferView

POLICY = load_file(Path(__file__).parents[1] / "policies" / "longest_wait.py").LongestWait


def view(waited_min: list[float], free: list[float]) -> TransferView:
    """Return a view of boarders at hospital 0, all waiting for the same kind of bed."""
    n, m = len(waited_min), len(free)
    travel_min = np.full((m, m), 15.0)
    city = CityFacts(tuple("abcdef"[:m]), ("medical_bed",), travel_min, np.full((m, 1), 10.0), np.ones(m, dtype=bool))
    zeros, beds = np.zeros(n, dtype=np.int64), np.array(free)[:, None]
    return TransferView(city, 0.0, 0.0, np.arange(n), zeros, zeros, zeros + 3, np.array(waited_min), beds, 4)


def test_sends_who_waited_longest_to_most_free_beds() -> None:
    """Two have waited long enough; the third has not."""
    decision = POLICY().decide(view([130.0, 300.0, 60.0], free=[0.0, 1.0, 2.0]))
    assert decision.patient.tolist() == [1, 0]
    assert decision.destination.tolist() == [2, 1]


def test_moves_nobody_when_beds_elsewhere_are_unknown() -> None:
    """Without information the view holds NaN."""
    assert POLICY().decide(view([500.0], free=[0.0, float("nan")])).patient.tolist() == []
