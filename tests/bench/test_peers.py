"""Other libraries serve the same customers at the same moments; skipped where they are not installed."""

import numpy as np
import pytest

from sim.cohort import draw_cohort
from sim.layout import Layout
from sim.network import Network
from sim.streams import Replication
from tests.bench.worlds import ten_servers

pytestmark = pytest.mark.contract


@pytest.mark.parametrize("peer", ["ciw", "salabim"])
def test_the_same_customers_are_served_at_the_same_moments(peer: str) -> None:
    pytest.importorskip("ciw", reason="the extra `bench` is not installed")
    pytest.importorskip("salabim", reason="the extra `bench` is not installed")
    from tests.bench import peer_models

    scenario = ten_servers(2_000)
    cohort = draw_cohort(scenario, Replication(0, 20261122))
    network = Network(scenario, cohort, cohort.acuity)
    network.run()
    layout = Layout.of(scenario)
    ours = np.frombuffer(network.log.marks).reshape(cohort.n_patients, -1)
    started = ours[:, layout.mark_index["visit.service_started"]]
    theirs = getattr(peer_models, f"run_{peer}")(scenario, cohort)
    seen = ~np.isnan(theirs) & ~np.isnan(started)
    assert seen.sum() > 0.95 * cohort.n_patients
    np.testing.assert_allclose(theirs[seen], started[seen], rtol=0, atol=1e-6)
