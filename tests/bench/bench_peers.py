"""Compare the engine of stories with other libraries on one queue, where the extra `bench` has installed them."""

import gc
from collections.abc import Iterator
from importlib.util import find_spec

from sim.cohort import draw_cohort
from sim.network import Network
from sim.streams import Replication
from tests.bench.registry import Bench, Runner, Trial, Unit
from tests.bench.worlds import ten_servers

N = 20_000
ROUNDS = 3
REPLICATION = Replication(0, 20261122)
PEERS = ("ciw", "salabim")


def against(peer: str) -> Trial:
    from tests.bench import peer_models

    scenario = ten_servers(N)
    cohort = draw_cohort(scenario, REPLICATION)
    run_peer = getattr(peer_models, f"run_{peer}")

    def run_engine() -> None:
        network = Network(scenario, cohort, cohort.acuity)
        gc.disable()
        network.run()
        gc.enable()

    return Trial(
        n_units=cohort.n_patients,
        runners=(Runner(f"M/M/10: engine, against {peer}", "run with the log; customers drawn before", run_engine),),
        baseline=Runner(
            peer, "run with the same arrivals and services, keeping when each began", lambda: run_peer(scenario, cohort)
        ),
    )


def installed() -> Iterator[str]:
    """Yield the peers that are installed."""
    return (peer for peer in PEERS if find_spec(peer))


BENCHES = [Bench(Unit.MICROSECONDS_PER_PATIENT, ROUNDS, lambda peer=peer: against(peer)) for peer in installed()]
