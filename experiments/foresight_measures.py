"""List measures of decisions against what could have been known: what programs say of their uncertainty."""

from experiments.measure import Measure

FORESIGHT_MEASURES = (
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
