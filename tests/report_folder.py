"""Write a run folder with known numbers, shaped like a real one, for tests of the report."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments.comparisons import baselines, compare
from experiments.measures import MEASURES
from experiments.store import stem
from sim.streams import Replication, stream

TRANSFERS = ("stay_put", "nearest_free", "balance")
SIGHTS = ("live", "delayed")
HOSPITALS = {"h1": "North General", "h2": "St Mary", "h3": "River", "h4": "University", "h5": "East"}
ZONES = tuple(f"z{i:02d}" for i in range(1, 5))
ZONE_NAMES = {"z01": "Old Town", "z02": "Harbor"}
CONDITIONS = ("chest_pain", "injury", "sepsis")
WEEKS, WARM_UP_WEEKS = 1, 1
WARM_UP_MIN = WARM_UP_WEEKS * 10080.0

# What a transfer policy with live information adds to the baseline; delayed information brings a tenth of it.
EFFECTS: Mapping[str, tuple[float, float, float]] = {  # baseline, nearest_free, balance
    "boarding_hours_per_day": (161.0, -22.0, -41.0),
    "boarding_min": (184.0, -25.0, -46.0),
    "wait_for_provider_min": (38.0, -2.1, -4.2),
    "ed_los_min": (236.0, -12.0, -21.0),
    "lwbs_share": (0.031, -0.001, -0.0016),
    "bed_occupancy": (0.93, 0.002, 0.004),
    "transfers_per_day": (0.0, 11.0, 19.0),
    "cost_per_day": (0.0, 1100.0, 1900.0),
    "boarding_gini": (0.31, -0.05, -0.12),
    "arrivals_per_day": (1003.0, 0.0, 0.0),
}


@dataclass(frozen=True)
class Cell:
    """Name a cell and its factors, as comparisons want them."""

    name: str
    factors: dict[str, str]


CELLS = tuple(
    Cell(f"{transfer}-{sight}", {"transfer": transfer, "information": sight})
    for transfer, sight in product(TRANSFERS, SIGHTS)
)


@dataclass(frozen=True)
class Design:
    """Say how large and how odd the folder is."""

    n_replications: int = 4
    n_patients: int = 400
    hospitals: Mapping[str, str] = field(default_factory=lambda: HOSPITALS)
    noise: float = 0.05
    manifest: Mapping[str, Any] = field(default_factory=dict)
    tornado: bool = False


def write_run_folder(folder: Path, design: Design | None = None) -> Path:
    """Write manifest, measures, comparisons, patients, levels and batches of six cells; return the folder."""
    design = design or Design()
    for name in ("patients", "levels", "batches"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    measures = measures_of(design)
    measures.to_parquet(folder / "measures.parquet", index=False)
    baseline_of = baselines(CELLS, {"transfer": "stay_put"})
    compare(measures, baseline_of, MEASURES).to_csv(folder / "comparisons.csv", index=False)
    (folder / "manifest.json").write_text(json.dumps(manifest_of(design), sort_keys=True), encoding="utf-8")
    for cell, index in product(CELLS, range(design.n_replications)):
        name = f"{stem(cell.name, index)}.parquet"
        patients_of(design, cell, index).to_parquet(folder / "patients" / name, index=False)
        levels_of(design, cell).to_parquet(folder / "levels" / name, index=False)
        (folder / "batches" / name).touch()
    if design.tornado:
        tornado_of().to_parquet(folder / "tornado.parquet", index=False)
    return folder


def effect(measure: str, cell: Cell) -> float:
    """Return the mean that a measure has in a cell."""
    base, *gains = EFFECTS[measure]
    share = 1.0 if cell.factors["information"] == "live" else 0.1
    return base + share * dict(zip(TRANSFERS, (0.0, *gains), strict=True))[cell.factors["transfer"]]


def measures_of(design: Design) -> pd.DataFrame:
    rows = []
    for cell, index in product(CELLS, range(design.n_replications)):
        for measure in EFFECTS:
            shared = stream(Replication(index, 1), measure).normal()
            own = stream(Replication(index, 1), measure, cell.name).normal()
            spread = design.noise * max(abs(EFFECTS[measure][2]), 1e-3)
            value = effect(measure, cell) + (3 * shared + own) * spread
            rows.append((cell.name, index, measure, "all", "all", value))
            for number, hospital in enumerate(design.hospitals):
                tilt = (number - 1) * 0.4 * (effect(measure, cell) - EFFECTS[measure][0])
                rows.append((cell.name, index, measure, "hospital", hospital, (value + tilt + own * spread) / 5))
            for acuity in "12345":
                rows.append((cell.name, index, measure, "acuity", acuity, value / 5))
    return pd.DataFrame(rows, columns=["cell", "replication", "measure", "dimension", "level", "value"])


def patients_of(design: Design, cell: Cell, index: int) -> pd.DataFrame:
    """Return patients of whom half come during the warm-up, with an absurd wait that must never be shown."""
    n = design.n_patients
    draw = stream(Replication(index, 1), "patients")
    arrived = np.linspace(0, 2 * WARM_UP_MIN, n, endpoint=False)
    acuity = draw.integers(1, 6, n)
    wait = draw.exponential(10.0 * acuity) * (0.8 if cell.factors["transfer"] == "balance" else 1.0)
    wait[arrived < WARM_UP_MIN] = 1e6
    wait[::17] = np.nan
    zones = np.array([*ZONES, None], dtype=object)[draw.integers(0, 5, n)]
    return pd.DataFrame(
        {
            "patient": np.arange(n),
            "zone": zones,
            "hospital": np.array(list(design.hospitals))[draw.integers(0, len(design.hospitals), n)],
            "condition": np.array(CONDITIONS)[draw.choice(3, n, p=[0.595, 0.4, 0.005])],
            "acuity_true": acuity,
            "acuity": acuity,
            "arrived": arrived,
            "door.triage_started": arrived + 1,
            "emergency_asked": arrived + 5,
            "emergency.assessment_started": arrived + wait,
        }
    )


def levels_of(design: Design, cell: Cell) -> pd.DataFrame:
    hours = np.arange((WEEKS + WARM_UP_WEEKS) * 168)
    calm = 0.93 if cell.factors["transfer"] == "balance" else 1.0
    frames = []
    for number, hospital in enumerate(design.hospitals):
        wave = 0.5 + 0.5 * np.sin((hours % 24 - 8) / 24 * 2 * np.pi)
        week = np.where(hours % 168 >= 120, 0.9, 1.0)
        for pool, units, share in (
            ("medical_bed", 100, (0.86 + 0.02 * number + 0.06 * wave) * week),
            ("surgical_bed", 50, (0.80 + 0.03 * number + 0.08 * wave) * week),
            ("ed_space", 20, 0.3 + 0.08 * number + 0.6 * wave),
            ("ct_scanner", 1, wave),
        ):
            duty = np.full(len(hours), units * 60.0)
            busy = np.minimum(duty, duty * share * calm)
            queue = np.maximum(0.0, duty * (share * calm - 0.9)) if pool == "ed_space" else 0.0 * duty
            frames.append(
                pd.DataFrame(
                    {"hospital": hospital, "pool": pool, "hour": hours, "busy_min": busy, "queue_min": queue}
                    | {"duty_min": duty, "overtime_min": 0.0}
                )
            )
    return pd.concat(frames)


def configuration_of(design: Design, cell: Cell) -> dict[str, Any]:
    sight = cell.factors["information"]
    return {
        "experiment": {"name": "sharing_first", "question": "..."},
        "run": {"replications": design.n_replications, "weeks": WEEKS, "warm_up_weeks": WARM_UP_WEEKS}
        | {"root_seed": 20261122},
        "transfer": {"policy": cell.factors["transfer"]},
        "information": {"sight": sight, "delay_min": 480.0 if sight == "delayed" else 0.0},
        "city": {
            "name": "Five hospitals",
            "hospitals": {key: {"places": {"ed_space": 20}} for key in design.hospitals},
        },
        "pathways": {
            "medical": {
                "phases": [
                    {"name": "emergency", "place": "ed_space", "may_leave": True},
                    {"name": "ward", "place": "medical_bed", "transferable": True},
                ]
            },
            "surgical": {"phases": [{"name": "ward", "place": "surgical_bed", "transferable": True}]},
        },
    }


def manifest_of(design: Design) -> dict[str, Any]:
    names = [cell.name for cell in CELLS]
    return {
        "citycare": "0.1.0",
        "question": "What do this city's hospitals gain by deciding together?",
        "cells": [
            {"name": cell.name, "factors": cell.factors, "configuration": configuration_of(design, cell)}
            for cell in CELLS
        ],
        "names": {"hospitals": dict(design.hospitals), "zones": ZONE_NAMES},
        "configuration_hash": "0123456789abcdef0123456789abcdef",
        "root_seed": 20261122,
        "replications": design.n_replications,
        "versions": {"simpy": "4.1.2", "numpy": "2.4.6"},
        "python": "3.11.2",
        "trace_hashes": {name: [f"{i:032x}" for i in range(design.n_replications)] for name in names},
        "endings": {name: {"optimal": 336, "rule": 0} if "balance" in name else {"rule": 336} for name in names},
        "timings": {name: {"simulate": 12.5, "measure": 1.25} for name in names},
        "failures": [],
        "data_hashes": {},
    } | dict(design.manifest)


def tornado_of() -> pd.DataFrame:
    """Return three assumptions; A2 moves the difference most, A1 least."""
    rows = [("A1", "patience.mean_min", 60, 110, -43.0, -39.0), ("A2", "city.ward_beds.scale", 0.9, 1.1, -70.0, -9.0)]
    rows.append(("A3", "transfers.crews", 2, 8, -30.0, -44.0))
    names = ["assumption", "where", "low", "high", "difference_low", "difference_high"]
    return pd.DataFrame(rows, columns=names).assign(
        what="assumption",
        measure="boarding_hours_per_day",
        cell="balance-live",
        difference_base=-41.0,
        half_width_low=4.0,
        half_width_high=3.0,
    )
