"""Read records of past patients: one module for each kind of file, one way to clean them all.

To read another kind, describe it as a `Schema` in a module of its own and name it in `READERS`.
"""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pandas as pd

from experiments.records.cleaning import clean
from experiments.records.columns import Column, Kind, Role, Schema, Target, TargetKind
from experiments.records.heart import HEADER, HEART
from experiments.records.ktas import KTAS
from experiments.records.nhamcs import NHAMCS, prepare
from experiments.records.patient_case import PATIENT_CASE
from experiments.records.records import ColumnCard, DataCard, Finding, Records
from experiments.schema import close_match
from sim.faults import Fault, ScenarioError

__all__ = [
    "SCHEMAS",
    "Column",
    "ColumnCard",
    "DataCard",
    "Finding",
    "Kind",
    "Records",
    "Role",
    "Schema",
    "Target",
    "TargetKind",
    "read_records",
]


def _csv(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")


def _excel(path: Path) -> pd.DataFrame:
    return pd.read_excel(path, dtype=str, keep_default_na=False)


def _parquet(path: Path) -> pd.DataFrame:
    return prepare(pd.read_parquet(path).astype(str))


def _heart(path: Path) -> pd.DataFrame:
    """Read the files of all hospitals in a folder, or of one."""
    files = sorted(path.glob("processed.*.data")) if path.is_dir() else [path]
    tables = [pd.read_csv(file, names=HEADER, dtype=str, keep_default_na=False) for file in files]
    return pd.concat([table.assign(site=file.name.split(".")[1]) for table, file in zip(tables, files, strict=True)])


SCHEMAS: dict[str, tuple[Schema, Callable[[Path], pd.DataFrame]]] = {
    "patient_case": (PATIENT_CASE, _csv),
    "ktas": (KTAS, _excel),
    "nhamcs": (NHAMCS, _parquet),
    "heart": (HEART, _heart),
}
"""Each schema with what reads its files into a table of words."""


def read_records(path: Path, schema_name: str) -> Records:
    """Read and clean a file, or a folder of files, of patient records.

    Raises:
        ScenarioError: when there is no such schema or file, it cannot be read, or it lacks columns.
    """
    if schema_name not in SCHEMAS:
        raise ScenarioError([Fault("--schema", schema_name, close_match(schema_name, SCHEMAS))])
    schema, reader = SCHEMAS[schema_name]
    if not path.exists():
        raise ScenarioError([Fault("--data", str(path), "name a file that exists")])
    try:
        table = reader(path).reset_index(drop=True)
    except (OSError, ValueError, KeyError, ImportError) as error:
        raise ScenarioError([Fault("--data", str(path), f"cannot be read as {schema_name}: {error}")]) from error
    return clean(schema, table, _hash_of(path))


def _hash_of(path: Path) -> str:
    files = sorted(file for file in path.iterdir() if file.is_file()) if path.is_dir() else [path]
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
