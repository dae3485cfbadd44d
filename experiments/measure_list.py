"""List every measure with its unit, its definition and the direction in which it is better."""

from experiments.bed_measures import BED_MEASURES
from experiments.burden_measures import BURDEN_MEASURES
from experiments.control_measures import CONTROL_MEASURES
from experiments.conveyance_measures import CONVEYANCE_MEASURES
from experiments.equipment_measures import EQUIPMENT_MEASURES
from experiments.foresight_measures import FORESIGHT_MEASURES
from experiments.hindsight.measure_list import HINDSIGHT_MEASURES
from experiments.list_measures import LIST_MEASURES
from experiments.measure import Measure as Measure
from experiments.medicine_measure_list import MEDICINE_MEASURES
from experiments.monitor_measures import MONITOR_MEASURES
from experiments.outlier_measures import OUTLIER_MEASURES
from experiments.record_measures import RECORD_MEASURES
from experiments.recovery_measure_list import RECOVERY_MEASURES
from experiments.transfer_measures import TRANSFER_MEASURES
from experiments.triage_measures import TRIAGE_MEASURES
from experiments.ward_measures import WARD_MEASURES

EMERGENCY = "emergency"
DELAYED_AFTER_MIN = 360.0
MAIN = ("boarding_hours_per_day", "wait_for_provider_min", "ed_los_min", "lwbs_share")


_ALL = (
    Measure(
        "boarding_hours_per_day",
        "Boarding",
        "patient-hours/day",
        "Time that admitted patients spend in an emergency space, waiting for a bed, summed over patients.",
        "lower",
        1,
    ),
    Measure(
        "boarding_min",
        "Boarding per admission",
        "min",
        "Mean time from the admission decision until the patient leaves the emergency department.",
        "lower",
        1,
    ),
    Measure(
        "delayed_admissions_share",
        "Admitted after 6 h",
        "share",
        "Share of admitted patients who spend more than six hours in the emergency department.",
        "lower",
        3,
        "P79",
    ),
    Measure(
        "expected_delay_deaths_per_day",
        "Expected deaths from delay",
        "deaths/day",
        "One death within 30 days for every 82 patients admitted after more than six hours; an association, not proof.",
        "lower",
        3,
        "P79",
    ),
    Measure(
        "wait_for_provider_min",
        "Door to provider",
        "min",
        "Mean time from arrival to the first step of care in an emergency space, of those who got there.",
        "lower",
        1,
    ),
    Measure(
        "wait_for_provider_p90_min",
        "Door to provider, 90 %",
        "min",
        "Nine of ten patients who got to an emergency space waited no longer than this for the first step of care.",
        "lower",
        1,
    ),
    Measure(
        "ed_los_min",
        "Emergency length of stay",
        "min",
        "Mean time from arrival until leaving the emergency department, boarding included.",
        "lower",
        1,
    ),
    Measure(
        "ed_los_p90_min",
        "Emergency length of stay, 90 %",
        "min",
        "Nine of ten patients left the emergency department within this time.",
        "lower",
        1,
    ),
    Measure(
        "over_4h_share",
        "Over 4 h",
        "share",
        "Share of patients who stay longer than four hours, of those who were seen and have left.",
        "lower",
        3,
        "P32",
    ),
    Measure(
        "lwbs_share",
        "Left without being seen",
        "share",
        "Share of arrivals who leave before they are seen.",
        "lower",
        4,
        "P35",
    ),
    Measure(
        "boarding_gini",
        "Inequality of boarding",
        "index",
        "Gini index over hospitals of the mean boarding time; 0 when all hospitals are alike.",
        "lower",
        3,
    ),
    Measure(
        "bed_occupancy",
        "Bed occupancy",
        "share",
        "Occupied bed time over staffed bed time, all inpatient beds.",
        "",
        3,
        "P60",
    ),
    Measure(
        "bed_supply_demand_ratio",
        "Beds, supply over demand",
        "ratio",
        "Staffed bed time over the bed time occupied or waited for.",
        "",
        3,
        "P61",
    ),
    *TRANSFER_MEASURES,
    *RECOVERY_MEASURES,
    *RECORD_MEASURES,
    Measure(
        "staff_hours_lent_per_day",
        "Staff lent",
        "h/day",
        "Hours of staff who work a shift at another hospital, the road there included.",
        "",
        1,
    ),
    Measure(
        "refused_loans_per_day",
        "Refused loans of staff",
        "loans/day",
        "Loans of staff decided that could not be carried out.",
        "lower",
        2,
    ),
    Measure(
        "loan_cost_per_day",
        "Cost of staff lent",
        "USD/day",
        "Premiums of lent shifts, and the wage for the road there and back, which is time with no patient.",
        "lower",
        0,
        "P75",
    ),
    Measure(
        "rostered_hours_per_day",
        "Own staff on rosters",
        "h/day",
        "Paid hours of own staff on the days and posts that a policy rostered; never more than usual.",
        "",
        1,
    ),
    Measure(
        "usual_hours_per_day",
        "Usual rosters",
        "h/day",
        "Paid hours of the usual rosters of the same days and posts.",
        "",
        1,
    ),
    Measure(
        "agency_hours_per_day", "Agency staff", "h/day", "Hours of agency staff on rosters beside own staff.", "", 1
    ),
    Measure(
        "agency_cost_per_day",
        "Cost of agency staff",
        "USD/day",
        "Hours of agency staff at the wage and the premium of the agency.",
        "lower",
        0,
        "P75",
    ),
    Measure(
        "refused_rosters_per_day",
        "Refused rosters",
        "posts/day",
        "Days of rosters decided that could not be put in force, over all posts.",
        "lower",
        2,
    ),
    *TRIAGE_MEASURES,
    Measure("arrivals_per_day", "Arrivals", "patients/day", "Emergency patients who arrive.", "", 1),
    Measure("admissions_per_day", "Admissions", "patients/day", "Emergency patients for whom a bed is asked.", "", 1),
    Measure(
        "censored_share",
        "Still inside",
        "share",
        "Share of arrivals still in the emergency department when the run ends. Their stays are not in the means, "
        "which so look shorter, most where boarding is long.",
        "",
        4,
    ),
    Measure(
        "utilization",
        "Utilization",
        "share",
        "Busy time over time on duty, overtime included, by kind of resource.",
        "",
        3,
    ),
    Measure(
        "overtime_hours_per_day", "Overtime", "h/day", "Hours worked after the end of a shift, by role.", "lower", 1
    ),
    Measure(
        "overtime_cost_per_day",
        "Cost of overtime",
        "USD/day",
        "Overtime at one and a half times a nurse's hourly wage, by role.",
        "lower",
        0,
        "P75",
    ),
    Measure(
        "not_treated_share",
        "Not treated",
        "share",
        "Share of patients who came and left untreated, or did not come, by reason.",
        "lower",
        4,
    ),
)

_EVERY = (
    *_ALL,
    *BED_MEASURES,
    *BURDEN_MEASURES,
    *EQUIPMENT_MEASURES,
    *LIST_MEASURES,
    *MEDICINE_MEASURES,
    *OUTLIER_MEASURES,
    *CONVEYANCE_MEASURES,
    *MONITOR_MEASURES,
    *FORESIGHT_MEASURES,
    *WARD_MEASURES,
    *HINDSIGHT_MEASURES,
    *CONTROL_MEASURES,
)

MEASURES: dict[str, Measure] = {measure.name: measure for measure in _EVERY}
