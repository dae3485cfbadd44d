"""Measure what it costs that hospitals do not see each other's records: tests done again, and tests spared."""

from collections.abc import Iterator

from experiments.measure import Measure
from sim.run import Run
from sim.scenario import Scenario
from sim.units import MINUTES_PER_DAY

TEST_COST = {"ct": 212.0, "xray": 40.0, "bloods": 30.0}  # USD: the middle of P45 for CT, round guesses for the others
OTHER_TEST_COST = 50.0  # A-TEST-COST

Row = tuple[str, str, str, float]

RECORD_MEASURES = (
    Measure(
        "repeat_tests_per_day",
        "Repeated tests",
        "tests/day",
        "Tests that another hospital had done, and that were done again for want of its record: after transfers, and "
        "when patients come again elsewhere.",
        "lower",
        2,
    ),
    Measure(
        "repeat_test_cost_per_day",
        "Cost of repeated tests",
        "USD/day",
        "Repeated tests at 212 USD for a CT (the middle of published costs), 40 for an X-ray, 30 for blood tests "
        "(both assumed).",
        "lower",
        0,
        "P45",
    ),
    Measure(
        "spared_tests_per_day",
        "Tests spared by records",
        "tests/day",
        "Tests that would have been done again, had the record of another hospital not been seen.",
        "higher",
        2,
    ),
)


def record_rows(scenario: Scenario, run: Run) -> Iterator[Row]:
    """Yield tests repeated and spared after the warm-up, by hospital that repeats; nothing without records."""
    if scenario.information.records is None:
        return
    days = scenario.horizon.measured_min / MINUTES_PER_DAY
    counted = run.repeats[run.repeats["time_min"] >= scenario.horizon.warm_up_min]
    cost = counted["test"].map(TEST_COST).fillna(OTHER_TEST_COST).astype(float)
    spared = counted["spared"].astype(bool)
    for dimension, level in (("all", "all"), *(("hospital", one.id) for one in scenario.city.hospitals)):
        mine = (counted["hospital"] == level) | (level == "all")
        yield "repeat_tests_per_day", dimension, level, float((mine & ~spared).sum()) / days
        yield "repeat_test_cost_per_day", dimension, level, float(cost[mine & ~spared].sum()) / days
        yield "spared_tests_per_day", dimension, level, float((mine & spared).sum()) / days
    for test in scenario.information.records.tests:
        again = (counted["test"] == test) & ~spared
        yield "repeat_tests_per_day", "test", test, float(again.sum()) / days
