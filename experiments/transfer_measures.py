"""Measure the sharing of beds: transfers, their cost, how evenly they fall, and surge beds."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from experiments.measure import Measure
from policies.transfer.fairness import ahead_share, deviation_share
from sim.run import Run
from sim.scenario import Scenario
from sim.units import MINUTES_PER_DAY, MINUTES_PER_HOUR, FloatArray, IntArray
from sim.views import city_facts

CREW_COST_PER_HOUR = 2 * 37.24  # two people at P75, USD
CARBON_KG_PER_TRANSFER = 31.3  # P92

Row = tuple[str, str, str, float]

TRANSFER_MEASURES = (
    Measure(
        "surge_beds",
        "Surge beds",
        "beds",
        "Beds that would have been needed beyond those that exist, at the worst hour of each hospital and kind of bed, "
        "so that nobody had waited, summed over hospitals.",
        "lower",
        1,
    ),
    Measure(
        "surge_bed_days_per_day",
        "Use of surge beds",
        "bed-days/day",
        "Patients beyond the beds that exist, summed over hospitals and kinds of beds, on average over time.",
        "lower",
        2,
    ),
    Measure(
        "transfers_per_day",
        "Transfers",
        "patients/day",
        "Patients moved to another hospital for a bed. One move shortens the wait of all who queue behind.",
        "",
        2,
    ),
    Measure("received_per_day", "Received", "patients/day", "Patients who came by transfer, by hospital.", "", 2),
    Measure(
        "transfers_across_share",
        "Transfers to another region",
        "share",
        "Share of transfers that left the region of the sender.",
        "",
        3,
        "P83",
    ),
    Measure(
        "transfers_uneven_share",
        "Transfers out of proportion",
        "share",
        "Share of transfers that would have to go elsewhere if each were due to the other hospitals by their beds.",
        "lower",
        3,
    ),
    Measure(
        "ahead_of_share",
        "Received beyond its share",
        "share",
        "Share of all transfers that a hospital received, less the share that was due to it by its beds.",
        "",
        3,
    ),
    Measure(
        "refused_transfers_per_day",
        "Refused transfers",
        "patients/day",
        "Transfers decided that could not be carried out.",
        "lower",
        2,
    ),
    Measure(
        "ambulance_hours_per_day",
        "Ambulance crews",
        "h/day",
        "Hours that crews are out of service for transfers.",
        "lower",
        1,
        "P81",
    ),
    Measure(
        "cost_per_day", "Cost of transfers", "USD/day", "Crew hours at twice a nurse's hourly wage.", "lower", 0, "P75"
    ),
    Measure("carbon_kg_per_day", "Carbon of transfers", "kg CO2/day", "31.3 kg for each response.", "lower", 0, "P92"),
)


def transfer_rows(scenario: Scenario, run: Run) -> Iterator[Row]:
    """Yield the measures of transfers decided after the warm-up."""
    days = scenario.horizon.measured_min / MINUTES_PER_DAY
    counted = run.transfers[run.transfers["time_min"] >= scenario.horizon.warm_up_min]
    done = counted[counted["refusal"] == ""]
    crew_hours = float(done["crew_busy_min"].sum() / MINUTES_PER_HOUR)
    yield "transfers_per_day", "all", "all", len(done) / days
    yield "refused_transfers_per_day", "all", "all", (len(counted) - len(done)) / days
    yield "ambulance_hours_per_day", "all", "all", crew_hours / days
    yield "cost_per_day", "all", "all", crew_hours * CREW_COST_PER_HOUR / days
    yield "carbon_kg_per_day", "all", "all", len(done) * CARBON_KG_PER_TRANSFER / days
    for hospital, sent in done.groupby("origin", observed=False).size().items():
        yield "transfers_per_day", "hospital", str(hospital), float(sent / days)
    if len(done):
        yield from _evenness_rows(scenario, moved_table(scenario, done), days)


def moved_table(scenario: Scenario, done: pd.DataFrame) -> IntArray:
    """Count transfers from row to column, shape (n_hospitals, n_hospitals)."""
    ids = [hospital.id for hospital in scenario.city.hospitals]
    index = {id_: number for number, id_ in enumerate(ids)}
    ends = [done[end].astype(str).map(index).to_numpy(dtype=np.int64) for end in ("origin", "destination")]
    moved = np.zeros((len(ids), len(ids)), dtype=np.int64)
    np.add.at(moved, tuple(ends), 1)
    return moved


def _evenness_rows(scenario: Scenario, moved: IntArray, days: float) -> Iterator[Row]:
    facts, hospitals = city_facts(scenario), scenario.city.hospitals
    size: FloatArray = facts.establishment.sum(axis=1) * facts.agreed
    yield "transfers_uneven_share", "all", "all", deviation_share(moved, size)
    for hospital, received, ahead in zip(hospitals, moved.sum(axis=0), ahead_share(moved, size), strict=True):
        yield "received_per_day", "hospital", hospital.id, float(received / days)
        yield "ahead_of_share", "hospital", hospital.id, float(ahead)
    region = np.array([hospital.region for hospital in hospitals])
    if len(set(region.tolist())) > 1:
        across = moved[region[:, None] != region[None, :]].sum()
        yield "transfers_across_share", "all", "all", float(across / moved.sum())


def surge_rows(scenario: Scenario, run: Run) -> Iterator[Row]:
    """Yield the beds needed beyond those that exist, from the hourly means of the levels after the warm-up.

    In one hour a hospital has on average b patients in the B beds of a kind that exist (and perhaps more, in beds
    beyond), and q who wait for one. Its surge beds of that kind are the greatest max(0, b + q - B) of any hour. A bed
    kept for a patient on the way counts as taken, where it is kept; a patient counts at one hospital at a time.
    """
    facts = city_facts(scenario)
    beds = {
        (h, code): n
        for h, row in zip(facts.hospital_ids, facts.establishment.tolist(), strict=True)
        for code, n in zip(facts.place_codes, row, strict=True)
    }
    measured = run.levels["hour"] * MINUTES_PER_HOUR >= scenario.horizon.warm_up_min
    levels = run.levels[measured & run.levels["pool"].isin(facts.place_codes)]
    if levels.empty:
        return
    exist = np.array([beds[h, p] for h, p in zip(levels["hospital"].astype(str), levels["pool"], strict=True)])
    beyond = ((levels["busy_min"] + levels["queue_min"]) / MINUTES_PER_HOUR - exist).clip(lower=0.0)
    by_pool = beyond.groupby([levels["hospital"].astype(str), levels["pool"].astype(str)])
    peaks, sums = by_pool.max(), by_pool.sum() / (scenario.horizon.measured_min / MINUTES_PER_HOUR)
    for name, found in (("surge_beds", peaks), ("surge_bed_days_per_day", sums)):
        yield name, "all", "all", float(found.sum())
        for hospital, mine in found.groupby(level=0).sum().items():
            yield name, "hospital", str(hospital), float(mine)
