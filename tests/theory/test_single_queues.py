"""Closed forms of queueing theory, reproduced by the ordinary engine on ordinary pathways.

Every figure is a mean over independent replications and is judged by its z-score; the 95 % intervals of blocks of
replications must cover the exact value as often as 95 % intervals should.
"""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, t

from optimize.queueing import erlang_a, erlang_b, erlang_c, mg1_wait, mmc_wait, mmc_wait_tail, priority_waits
from sim.distributions import Distribution, Exponential, Fixed, Lognormal
from sim.run import Run, simulate
from sim.scenario import Horizon, Patience, Scenario
from sim.streams import Replication
from tests.small_worlds import POLICIES, one_queue

pytestmark = pytest.mark.theory

ROOT_SEED = 20261122
BLOCKS, PER_BLOCK = 12, 4


def horizon(customers: float, rate_per_min: float) -> Horizon:
    """Observe about so many customers, after a tenth of that for warming up."""
    return Horizon(0.1 * customers / rate_per_min, customers / rate_per_min)


def replicate(scenario: Scenario, read: Callable[[pd.DataFrame], Sequence[float]]) -> np.ndarray:
    """Return what `read` finds in the observed patients of every replication, shape (replications, values)."""
    rows = []
    for index in range(BLOCKS * PER_BLOCK):
        run = simulate(scenario, POLICIES, Replication(index, ROOT_SEED))
        rows.append(read(run.patients[run.patients["arrived"] >= scenario.horizon.warm_up_min]))
    return np.array(rows)


def judge(observed: np.ndarray, exact: Sequence[float]) -> None:
    """Fail when a mean is more than four standard errors off, or block intervals cover too seldom."""
    for values, truth in zip(observed.T, exact, strict=True):
        z = (values.mean() - truth) / (values.std(ddof=1) / np.sqrt(len(values)))
        assert abs(z) <= 4, f"mean {values.mean():.6g}, exact {truth:.6g}, z {z:.2f}"
        blocks = values.reshape(BLOCKS, PER_BLOCK)
        half_width = t.ppf(0.975, PER_BLOCK - 1) * blocks.std(axis=1, ddof=1) / np.sqrt(PER_BLOCK)
        covered = int((np.abs(blocks.mean(axis=1) - truth) <= half_width).sum())
        assert covered >= binom.ppf(1e-4, BLOCKS, 0.95), f"{covered} of {BLOCKS} intervals cover {truth:.6g}"


def waits(patients: pd.DataFrame) -> pd.Series:
    return (patients["visit.service_started"] - patients["arrived"]).dropna()


def test_e1_one_server() -> None:
    scenario = one_queue(1, [3.0], Exponential(1 / 5), horizon(3_000, 3.0))
    judge(replicate(scenario, lambda p: [waits(p).mean()]), [mmc_wait(3.0, 5.0)])


def test_e2_several_servers_and_the_tail_of_their_wait() -> None:
    scenario = one_queue(5, [0.25], Exponential(10.0), horizon(3_000, 0.25))
    observed = replicate(scenario, lambda p: [waits(p).mean(), (waits(p) > 0).mean(), (waits(p) > 5).mean()])
    judge(observed, [mmc_wait(0.25, 0.1, 5), erlang_c(5, 2.5), mmc_wait_tail(0.25, 0.1, 5, 5.0)])


@pytest.mark.parametrize(
    "stay", [Exponential(8.0), Fixed(8.0), Lognormal(8.0, 16.0)], ids=["exp", "fixed", "lognormal"]
)
def test_e3_loss_does_not_depend_on_the_shape_of_the_stay(stay: Distribution) -> None:
    scenario = one_queue(10, [1.0], stay, horizon(3_000, 1.0), Patience(never_leaves_share=0.0, mean_min=0.0))
    lost = replicate(scenario, lambda p: [(p["outcome"] == "left_unseen").mean()])
    judge(lost, [erlang_b(10, 8.0)])


@pytest.mark.parametrize(("service", "sd"), [(Lognormal(5.0, 2.0), 2.0), (Fixed(5.0), 0.0), (Exponential(5.0), 5.0)])
def test_e4_general_service(service: Distribution, sd: float) -> None:
    scenario = one_queue(1, [0.15], service, horizon(4_000, 0.15))
    judge(replicate(scenario, lambda p: [waits(p).mean()]), [mg1_wait(0.15, 5.0, sd)])


def test_e7_priorities_with_several_servers() -> None:
    rates = [0.5, 0.8, 1.0]
    scenario = one_queue(3, rates, Exponential(1.0), horizon(4_000, sum(rates)))

    def by_class(patients: pd.DataFrame) -> list[float]:
        return [waits(patients[patients["acuity"] == k]).mean() for k in (1, 2, 3)]

    judge(replicate(scenario, by_class), priority_waits(rates, 1.0, 3))


def test_e9_impatient_callers() -> None:
    patience = Patience(never_leaves_share=0.0, mean_min=2.0)
    scenario = one_queue(50, [48.0], Exponential(1.0), horizon(8_000, 48.0), patience)

    def read(patients: pd.DataFrame) -> list[float]:
        left = patients["outcome"] == "left_unseen"
        waited = patients["visit_entered"].where(~left, patients["departed"]) - patients["arrived"]
        return [left.mean(), waited.mean(), (waited > 0).mean()]

    exact = erlang_a(48.0, 1.0, 50, 0.5)
    judge(replicate(scenario, read), [exact.p_abandon, exact.mean_wait, exact.p_wait])


def test_littles_law_holds_exactly_in_every_window() -> None:
    scenario = one_queue(2, [0.5, 0.4], Exponential(2.0), Horizon(0.0, 5_000.0))
    run: Run = simulate(scenario, POLICIES, Replication(0, ROOT_SEED))
    started = run.patients["visit.service_started"].fillna(scenario.horizon.end_min)
    for hours in (1, 7, 50, 84):
        end_min = min(hours * 60.0, scenario.horizon.end_min)
        waited = (started.clip(upper=end_min) - run.patients["arrived"]).clip(lower=0.0).sum()
        assert run.levels.loc[run.levels["hour"] < hours, "queue_min"].sum() == pytest.approx(waited, abs=1e-6)
