"""List the measures of medicines; published figures stand beside them for comparison, nothing was fitted to them."""

from experiments.measure import Measure

MEDICINE_MEASURES = (
    Measure(
        "medicine_loss_per_day",
        "Waste and transport of medicines",
        "USD/day",
        "Units that expire, at their prices, and the trips that move lots to other hospitals.",
        "lower",
        0,
    ),
    Measure(
        "medicine_waste_share",
        "Medicines that expire",
        "share",
        "Units that expire over units delivered. Of platelets 19 % expired before joint management and 9 % after it.",
        "lower",
        3,
        "P102",
    ),
    Measure(
        "medicine_waste_spend_share",
        "Medicines that expire, of spend",
        "share",
        "The same at their prices. Pharmacies report .36 to .74 % of all that they spend; here are only a few "
        "medicines, most of them of short life.",
        "lower",
        4,
        "P96",
    ),
    Measure(
        "medicine_short_share",
        "Medicines missing",
        "share",
        "Units missing over units wanted.",
        "lower",
        4,
    ),
    Measure(
        "medicine_moved_units_per_day",
        "Medicines moved",
        "units/day",
        "Units sent to other hospitals.",
        "",
        2,
    ),
    Measure(
        "medicine_moved_expired_share",
        "Moved medicines that expire",
        "share",
        "Units received from other hospitals that expire, over all received; a published exchange reports at most 6 %.",
        "lower",
        3,
    ),
    Measure(
        "medicine_transport_cost_per_day",
        "Transport of medicines",
        "USD/day",
        "Hours of vehicles and their drivers for trips that move lots.",
        "lower",
        0,
    ),
    Measure(
        "refused_medicine_moves_per_day",
        "Refused moves of medicines",
        "moves/day",
        "Moves of lots decided that could not be carried out.",
        "lower",
        2,
    ),
)
