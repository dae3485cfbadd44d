"""Make small files of patients of several hospitals, as `patient_case.csv` describes them."""

from pathlib import Path

import numpy as np
import pandas as pd

NAMES = ("east", "north", "west")


def case_frame(seed: int, n: int = 90) -> pd.DataFrame:
    """Return patients in whom a fast heart is urgent; some hearts and temperatures were not measured."""
    chance = np.random.default_rng(seed)
    acuity = chance.integers(1, 6, n)
    rate = np.round(120 - 10 * acuity + chance.normal(0, 15, n), 1)
    rate[chance.random(n) < 0.1] = np.nan
    columns = {"id": range(n), "condition": "any", "acuity": acuity, "nurse_acuity": acuity, "heart_rate_per_min": rate}
    frame = pd.DataFrame(columns).assign(age_years=chance.integers(1, 95, n))
    return frame.assign(temperature_celsius=np.round(37 + chance.normal(0, 0.6, n) + (acuity < 2) * 0.5, 1))


def write_hospitals(folder: Path, names: tuple[str, ...] = NAMES) -> list[Path]:
    """Write one file for each hospital; the second one has no thermometer."""
    paths = [folder / f"{name}.csv" for name in names]
    for seed, path in enumerate(paths):
        frame = case_frame(seed)
        (frame.drop(columns="temperature_celsius") if seed == 1 else frame).to_csv(path, index=False)
    return paths
