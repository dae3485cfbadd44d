"""Write a run folder whose patients walk: into an emergency department, some on to a ward, some of them elsewhere."""

from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.store import stem
from sim.streams import Replication, stream
from tests.report_folder import CELLS, Cell, Design, patients_of, write_run_folder

EVERY_ADMITTED, EVERY_MOVED = 3, 12


def write_walked_folder(folder: Path, design: Design | None = None) -> Path:
    """Write the folder of `tests.report_folder` with all marks of patients; all policies but one transfer."""
    design = design or Design(n_patients=2000)
    write_run_folder(folder, design)
    (folder / "transfers").mkdir()
    for cell, index in product(CELLS, range(design.n_replications)):
        patients = walked(patients_of(design, cell, index), index)
        name = f"{stem(cell.name, index)}.parquet"
        patients.to_parquet(folder / "patients" / name, index=False)
        moves(patients, cell).to_parquet(folder / "transfers" / name, index=False)
    return folder


def walked(patients: pd.DataFrame, index: int) -> pd.DataFrame:
    """Return patients who enter after ten minutes, stay about two hours, and of whom every third goes to a ward."""
    n = len(patients)
    draw = stream(Replication(index, 1), "walk")
    entered = patients["arrived"].to_numpy() + 10.0
    decided = entered + draw.exponential(120.0, n)
    admitted = np.arange(n) % EVERY_ADMITTED == 0
    left = np.where(admitted, decided + draw.exponential(60.0, n), decided)
    ward_left = np.where(admitted, left + draw.exponential(600.0, n), np.nan)
    return patients.assign(
        emergency_entered=entered,
        emergency_left=left,
        ward_asked=np.where(admitted, decided, np.nan),
        ward_entered=np.where(admitted, left, np.nan),
        ward_left=ward_left,
        departed=np.where(admitted, ward_left, left),
        outcome="departed",
        final_hospital=patients["hospital"],
    )


def moves(patients: pd.DataFrame, cell: Cell) -> pd.DataFrame:
    """Return transfers of some who go to a ward, to the next hospital; nobody is moved where all stay put."""
    hospitals = sorted(patients["hospital"].unique())
    chosen = patients[patients["patient"] % EVERY_MOVED == 0]
    chosen = chosen.head(0) if cell.factors["transfer"] == "stay_put" else chosen
    there = [hospitals[(hospitals.index(one) + 1) % len(hospitals)] for one in chosen["hospital"]]
    return pd.DataFrame(
        {
            "time_min": chosen["ward_asked"].to_numpy(dtype=float),
            "patient": chosen["patient"].to_numpy(),
            "origin": chosen["hospital"].to_numpy(),
            "destination": np.array(there, dtype=object),
            "phase": "ward",
            "crew_busy_min": 90.0,
            "refusal": "",
        }
    )
