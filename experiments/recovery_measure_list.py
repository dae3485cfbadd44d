"""List the measures of an outage, all against the very same patients without it."""

from experiments.measure import Measure

RECOVERY_MEASURES = (
    Measure(
        "extra_wait_min",
        "Wait by the outage",
        "min",
        "Door to provider, less that of the same patients without the outage, decided in the same way.",
        "lower",
        1,
    ),
    Measure(
        "extra_boarding_hours_per_day",
        "Boarding by the outage",
        "patient-hours/day",
        "Boarding, less that of the same patients without the outage, decided in the same way.",
        "lower",
        1,
    ),
    Measure(
        "recovery_days",
        "Recovery",
        "days",
        "Days from the end of the outage until the mean wait of a day's arrivals is, two days running, no more than a "
        "tenth or five minutes above that of the same day without the outage; the days that are left if it never is.",
        "lower",
        1,
    ),
)
