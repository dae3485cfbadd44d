"""Follow the patients of one replication from place to place: who is where, in which hospital, from when to when."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.measure_list import EMERGENCY
from experiments.report.folder import StoredRun
from experiments.store import stem
from sim.units import HOURS_PER_WEEK, MINUTES_PER_DAY, MINUTES_PER_HOUR, MINUTES_PER_WEEK, FloatArray

WAITING, BOARDING = "waiting", "boarding"
ENTERED = "_entered"


@dataclass(frozen=True, slots=True)
class Window:
    """Say which minutes of a run are looked at, and at which hour of the week they begin."""

    start_min: float
    end_min: float
    first_hour: int


def stays(patients: pd.DataFrame, transfers: pd.DataFrame) -> pd.DataFrame:
    """Return one row a stay: patient, place, hospital, start, end in minutes (NaN while it lasts), sorted by start.

    `place` is "waiting" (from arrival, or from asking for a bed, until the first place), "emergency", "boarding" (in an
    emergency place while the next place is asked for), or the name of a later phase.
    """
    later = later_phases(patients)
    decided = _least([_mark(patients, f"{phase}_asked") for phase in later], len(patients))
    entered, left = _mark(patients, f"{EMERGENCY}{ENTERED}"), _mark(patients, f"{EMERGENCY}_left")
    departed, arrived = _mark(patients, "departed"), _mark(patients, "arrived")
    first = _least([_mark(patients, f"{phase}{ENTERED}") for phase in (EMERGENCY, *later)], len(patients))
    boards = ~np.isnan(entered) & (decided >= entered)
    inside = ((phase, _mark(patients, phase + ENTERED), _mark(patients, f"{phase}_left")) for phase in later)
    parts = [
        _part(patients, WAITING, arrived, np.fmin(first, departed)),
        _part(patients, EMERGENCY, entered, np.where(boards, np.fmin(decided, left), left)),
        _part(patients, BOARDING, np.where(boards, decided, np.nan), left),
        *(_part(patients, phase, start, end) for phase, start, end in inside),
    ]
    made = pd.concat(parts, ignore_index=True)
    made = made[made["start"].notna() & ~(made["end"] <= made["start"])]
    return in_hospitals(made, patients, transfers).sort_values(["start", "patient"], kind="stable", ignore_index=True)


def later_phases(patients: pd.DataFrame) -> list[str]:
    """Return the phases with a place but the emergency one, as the marks of patients name them, in order."""
    names = [str(name).removesuffix(ENTERED) for name in patients if str(name).endswith(ENTERED)]
    return [name for name in names if name != EMERGENCY]


def in_hospitals(made: pd.DataFrame, patients: pd.DataFrame, transfers: pd.DataFrame) -> pd.DataFrame:
    """Add the hospital of each stay: that of arrival, or where the last transfer before its start led."""
    came_to = pd.Series(patients["hospital"].astype(object).to_numpy(), index=patients["patient"].to_numpy())
    moved = transfers[transfers["refusal"] == ""] if len(transfers) else transfers
    first = came_to.reindex(made["patient"]).to_numpy()
    if not len(moved):
        return made.assign(hospital=first)
    moves = pd.DataFrame(
        {
            "patient": moved["patient"].astype(np.int64).to_numpy(),
            "time_min": moved["time_min"].astype(float).to_numpy(),
            "there": moved["destination"].astype(object).to_numpy(),
        }
    ).sort_values("time_min", kind="stable")
    ordered = made.assign(patient=made["patient"].astype(np.int64), first=first).sort_values("start", kind="stable")
    found = pd.merge_asof(ordered, moves, left_on="start", right_on="time_min", by="patient")
    return found.assign(hospital=found["there"].fillna(found["first"])).drop(columns=["first", "there", "time_min"])


def _part(patients: pd.DataFrame, place: str, start: FloatArray, end: FloatArray) -> pd.DataFrame:
    """Return a stay of this kind for everybody, NaN as its start for those who have none."""
    return pd.DataFrame({"patient": patients["patient"].to_numpy(), "place": place, "start": start, "end": end})


def _mark(patients: pd.DataFrame, name: str) -> FloatArray:
    return patients[name].to_numpy(dtype=float) if name in patients else np.full(len(patients), np.nan)


def _least(marks: Sequence[FloatArray], n: int) -> FloatArray:
    least: FloatArray = np.fmin.reduce([np.full(n, np.nan), *marks])
    return least


def stored_stays(run: StoredRun, cell: str, replication: int) -> pd.DataFrame | None:
    """Return the stays of one replication with the acuity of each patient; None where its patients were not kept."""
    patients, transfers = (_table(run.path / kind / f"{stem(cell, replication)}.parquet") for kind in KINDS)
    if patients is None or not {"hospital", "arrived", "departed", "acuity"} <= set(patients):
        return None
    none = pd.DataFrame(columns=["patient", "time_min", "destination", "refusal"])
    made = stays(patients, none if transfers is None else transfers)
    acuity = pd.Series(patients["acuity"].to_numpy(), index=patients["patient"].to_numpy())
    return made.assign(acuity=acuity.reindex(made["patient"]).to_numpy())


KINDS = ("patients", "transfers")


def _table(path: Path) -> pd.DataFrame | None:
    return pd.read_parquet(path) if path.is_file() else None


def busiest_day(run: StoredRun, found: pd.DataFrame) -> Window:
    """Return the whole day after the warm-up in which patients board longest; the time observed when it has no day."""
    settings = (run.cells[0].configuration.get("run") or {}) if run.cells else {}
    end_min = run.warm_up_min + float(settings.get("weeks", 1)) * MINUTES_PER_WEEK
    offset = -run.first_hour * MINUTES_PER_HOUR
    first = ceil((run.warm_up_min - offset) / MINUTES_PER_DAY)
    last = floor((end_min - offset) / MINUTES_PER_DAY)
    if last <= first:
        return Window(run.warm_up_min, min(end_min, run.warm_up_min + MINUTES_PER_DAY), _hour(run, run.warm_up_min))
    days = [offset + day * MINUTES_PER_DAY for day in range(first, last)]
    boarding = found[found["place"] == BOARDING]
    longest = max(days, key=lambda start: (round(minutes_within(boarding, start, start + MINUTES_PER_DAY), 6), -start))
    return Window(longest, longest + MINUTES_PER_DAY, _hour(run, longest))


def minutes_within(found: pd.DataFrame, start_min: float, end_min: float) -> float:
    """Return the patient-minutes of stays between two moments; a stay without an end lasts on."""
    ends = found["end"].fillna(np.inf).clip(upper=end_min)
    return float((ends - found["start"].clip(lower=start_min)).clip(lower=0.0).sum())


def _hour(run: StoredRun, minute: float) -> int:
    return int(run.first_hour + minute // MINUTES_PER_HOUR) % HOURS_PER_WEEK


def counts_at(found: pd.DataFrame, moments: FloatArray) -> FloatArray:
    """Return how many stays go on at each moment, shape (n,)."""
    starts = np.sort(found["start"].to_numpy(dtype=float))
    ends = np.sort(found["end"].dropna().to_numpy(dtype=float))
    inside: FloatArray = (
        np.searchsorted(starts, moments, side="right") - np.searchsorted(ends, moments, side="right")
    ).astype(float)
    return inside
