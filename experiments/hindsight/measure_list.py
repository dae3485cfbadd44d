"""List the measures of hindsight: for each seat the cost achieved, the least that was possible, and regret."""

from collections.abc import Iterator

from experiments.measure import Measure

JUDGED = (
    ("staffing", "loans", "USD/shift", "Loans, their roads and people missing, in the work that came; mean of shifts."),
    (
        "medicines",
        "moves of medicines",
        "USD/review",
        "Waste, shortage and trips of the next 14 days, in the use that came; mean of reviews.",
    ),
    (
        "admission",
        "calls from lists",
        "USD/review",
        "Waiting, idle and overtime minutes of the days shown, in the durations that came; mean of reviews.",
    ),
    ("transfer", "waits for beds", "patient-hours/day", "Hours that patients wait for beds, in the stays that came."),
)


def _measures(seat: str, what: str, unit: str, cost: str) -> Iterator[Measure]:
    known = "had it been known"
    yield Measure(f"cost_{seat}", f"Cost of {what}", unit, cost, "lower", 1)
    bound = f"Proven bound of the cost of {what}: with what came known beforehand it could not have been lower."
    yield Measure(f"bound_{seat}", f"Cost of {what}, {known}", unit, bound, "", 1)
    regret = f"Cost of {what} less its bound: what knowing the truth beforehand could have spared at most."
    yield Measure(f"regret_{seat}", f"Regret of {what}", unit, regret, "lower", 1)
    yield Measure(f"regret_share_{seat}", f"Regret of {what}, share", "share", "Regret over the bound.", "lower", 3)


HINDSIGHT_MEASURES = tuple(measure for seat in JUDGED for measure in _measures(*seat))
