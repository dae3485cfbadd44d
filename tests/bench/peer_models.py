"""One queue as the documentation of Ciw and of salabim writes it, with the arrivals and services of a cohort."""

from itertools import count

import ciw
import numpy as np
import salabim

from sim.cohort import Cohort
from sim.scenario import Scenario
from sim.units import FloatArray


def servers_of(scenario: Scenario) -> int:
    """Return the servers of a world with one pool."""
    return scenario.city.hospitals[0].pools[0].establishment


def run_ciw(scenario: Scenario, cohort: Cohort) -> FloatArray:
    """Run one node with given times; return when each customer's service started, shape (n,), NaN for not yet."""
    gaps = np.diff(cohort.arrived_min, prepend=0.0).tolist()
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Sequential([*gaps, float("inf")])],
        service_distributions=[InTurn(cohort.minutes[:, 0].tolist())],
        number_of_servers=[servers_of(scenario)],
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(scenario.horizon.end_min)
    started = np.full(cohort.n_patients, np.nan)
    for record in simulation.get_all_records():
        started[record.id_number - 1] = record.service_start_date
    return started


class InTurn(ciw.dists.Distribution):
    """Give every customer the service that it brings."""

    def __init__(self, minutes: list[float]) -> None:
        super().__init__()
        self.minutes = minutes

    def sample(self, t: float | None = None, ind: ciw.Individual | None = None) -> float:
        assert ind is not None
        return self.minutes[ind.id_number - 1]


class Customer(salabim.Component):
    """Ask for a server, be served, go."""

    def setup(self, number: int, server: salabim.Resource, minutes: float, started: FloatArray) -> None:
        self.number, self.server, self.minutes, self.started = number, server, minutes, started

    def process(self) -> object:
        yield self.request(self.server)
        self.started[self.number] = self.env.now()
        yield self.hold(self.minutes)
        self.release()


class Door(salabim.Component):
    """Let the customers in."""

    def setup(self, cohort: Cohort, server: salabim.Resource, started: FloatArray) -> None:
        self.cohort, self.server, self.started = cohort, server, started

    def process(self) -> object:
        each = zip(count(), self.cohort.arrived_min.tolist(), self.cohort.minutes[:, 0].tolist(), strict=False)
        for number, arrived_min, minutes in each:
            yield self.hold(till=arrived_min)
            Customer(number=number, server=self.server, minutes=minutes, started=self.started)


def run_salabim(scenario: Scenario, cohort: Cohort) -> FloatArray:
    """Run one resource with given times; return when each customer's service started, shape (n,), NaN for not yet."""
    salabim.yieldless(False)
    env = salabim.Environment(trace=False, random_seed="")
    started = np.full(cohort.n_patients, np.nan)
    Door(cohort=cohort, server=salabim.Resource(capacity=servers_of(scenario)), started=started)
    env.run(till=scenario.horizon.end_min)
    return started
