"""List measures of decisions against what could have been known: regret, and what programs say of their uncertainty."""

from experiments.measure import Measure

FORESIGHT_MEASURES = (
    Measure(
        "regret",
        "Regret of loans",
        "USD/shift",
        "What loans, their roads and people missing cost in the work that truly came, less the least that was possible "
        "had it been known; mean over shifts, by role.",
        "lower",
        1,
        "A-STAFF-SHORT",
    ),
    Measure(
        "regret_share",
        "Regret of loans, share",
        "share",
        "Regret over the least cost that was possible.",
        "lower",
        3,
    ),
    Measure(
        "agency_need_hours_per_month",
        "Agency hours needed",
        "h/month",
        "Hours by which staff on duty, rostered and lent, fall short of what the work of the shift needs, in a month "
        "of five hospitals.",
        "lower",
        0,
        "A-AGENCY-USE",
    ),
    Measure(
        "vss",
        "Value of the stochastic solution",
        "USD/shift",
        "What it is expected to be worth to lend for all shifts of the past instead of their mean; mean of decisions.",
        "",
        1,
    ),
    Measure(
        "evpi",
        "Expected value of perfect information",
        "USD/shift",
        "What it is expected to be worth to know the work of the next shift beforehand; mean over decisions.",
        "",
        1,
    ),
)
