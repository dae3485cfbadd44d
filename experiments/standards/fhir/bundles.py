"""Export a city or a run as a FHIR R5 bundle, and import a bundle as the folder of a city, whole or not at all."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.columns import write_text
from experiments.files.cases import PatientCases, read_cases
from experiments.files.folder import CityFolder
from experiments.files.generate import generate_cases
from experiments.files.write import write_city_folder, write_tables
from experiments.schema import close_match, stop_at
from experiments.standards.fhir.check import checked, cut, describes_hospitals
from experiments.standards.fhir.city import bundle_of, numbers_of
from experiments.standards.fhir.document import Document
from experiments.standards.fhir.load import load
from experiments.standards.fhir.reading import city_of
from experiments.standards.fhir.run_log import Encounters, counted, single, supply_requests
from experiments.standards.fhir.systems import Json
from experiments.standards.fhir.tables import deliveries, everything
from experiments.standards.fhir.validate import validated
from experiments.standards.folder import write_checked
from experiments.standards.source import Exported
from sim.city import Pool
from sim.faults import Fault
from sim.streams import Replication
from sim.units import MINUTES_PER_WEEK, FloatArray

README = """# {name}

Made by `citycare import fhir` from {file} (docs/standards.md says what a bundle carries and what is lost).
Patients in `patient_case.csv` {cases}.
"""

TABLES_README = """# Tables of {file}

Made by `citycare import fhir` from a bundle that describes no hospitals, and so no city (docs/standards.md).
"""


@dataclass(frozen=True, slots=True)
class Done:
    """Say what an export or an import wrote, and what a reader should know of it."""

    path: Path
    lines: tuple[str, ...]


def export_bundle(exported: Exported, out: Path, encounters: bool = False) -> Done:
    """Write the bundle of a city, or of a run with its deliveries and encounters.

    Encounters are counts by hospital, class and priority, or single ones without identifiers when `encounters` is set.

    Raises:
        ScenarioError: when a table was not kept, the file cannot be written, or what was made is not valid.
    """
    bundle = bundle_of(exported.city, exported.start)
    resources, notes = _happened(exported, encounters)
    bundle["entry"] += [{"resource": one} for one in resources]
    checked(bundle)
    notes += [*left_out(exported.city), validated(bundle)]
    try:
        write_text(json.dumps(bundle, ensure_ascii=False, indent=1, allow_nan=False) + "\n", out)
    except OSError as error:
        stop_at([Fault("--out", str(out), f"name a file that can be written ({error.strerror or error})")])
    return Done(out, (f"Wrote {len(bundle['entry']):,} resources", *notes))


def left_out(city: CityFolder) -> list[str]:
    """Return what is not in the bundle of this city, in words."""
    pools = [pool for hospital in city.hospitals for pool in hospital.pools]
    ruled = any(pool != Pool(pool.code, pool.kind, pool.levels) for pool in pools)
    what = [
        "past patients",
        *(["rules of pools"] if ruled else []),
        *(["the covering program"] if city.service else []),
    ]
    return [f"Left out: {', '.join(what)} (docs/standards.md)"]


def _happened(exported: Exported, encounters: bool) -> tuple[list[Json], list[str]]:
    """Return the resources of what happened in a run, and notes; nothing for a city."""
    stored = exported.stored
    if stored is None:
        if encounters:
            stop_at([Fault("--encounters", "a city", "name the folder of a run; a city has no encounters")])
        return [], []
    numbers = numbers_of(exported.city)
    resources: list[Json] = []
    if stored.table("stock_moves").is_file():
        resources += supply_requests(pd.read_parquet(stored.table("stock_moves")), numbers, exported.start)
    if not stored.table("patients").is_file():
        if encounters:
            stop_at([Fault("store.keep", "measures", "run it again with store.keep=patients: no patients were kept")])
        return resources, ["No encounters: the run kept no patients"]
    found = _encounters(exported, encounters)
    note = f"Encounters: {len(found.resources):,}; {found.n_left_out:,} patients left out, too few of a kind (under 4)"
    return [*resources, *found.resources], [note]


def _encounters(exported: Exported, encounters: bool) -> Encounters:
    assert exported.stored is not None
    patients, numbers = pd.read_parquet(exported.stored.table("patients")), numbers_of(exported.city)
    if encounters:
        return single(patients, numbers, exported.start)
    run = exported.stored.cell.settings.run
    return counted(patients, numbers, exported.start, (run.warm_up_weeks + run.weeks) * MINUTES_PER_WEEK)


def import_bundle(path: Path, out: Path, cases: Path | None = None) -> Done:
    """Write the folder of the city that a bundle describes, or tables of what it holds when it describes no hospitals.

    `cases` is a file of past patients, which no bundle carries; else they are generated by the shipped case mix.

    Raises:
        ScenarioError: with all faults of the bundle, each with its path; then nothing is written.
    """
    if out.exists():
        stop_at([Fault("--out", str(out), "name a new folder")])
    document = checked(load(path))
    note = validated(document.bundle)
    n = {kind: len(document.of(kind)) for kind in sorted({entry.kind for entry in document.entries})}
    read = f"Read {', '.join(f'{count:,} {kind}' for kind, count in n.items())}"
    faults: list[Fault] = []
    if describes_hospitals(document):
        files = _write_city(document, path, out, cases)
    else:
        tables = everything(document, faults)
        stop_at(cut(faults))
        files = write_tables(out, tables, TABLES_README.format(file=path.name))
        read += "; it describes no hospitals, so that tables were written and not a city"
    return Done(out, (read, note, f"Wrote {', '.join(file.name for file in files)}"))


def _write_city(document: Document, path: Path, out: Path, cases: Path | None) -> list[Path]:
    faults: list[Fault] = []
    beside = deliveries(document, faults)
    stop_at(cut(faults))
    known = _read_cases(cases) if cases else None
    city = city_of(document, lambda names, weekly: known or _generated(names, weekly))
    origin = f"are those of {cases.name}" if cases else "were generated by the shipped case mix; no record of anybody"
    notes = README.format(name=city.name, file=path.name, cases=origin)
    return write_checked(out, lambda folder: write_city_folder(folder, city, notes, beside=beside))


def _read_cases(path: Path) -> PatientCases:
    sheet, cases = read_cases(path, ())
    stop_at(sheet.all_faults())
    return cases


def _generated(names: tuple[str, ...], weekly: FloatArray) -> PatientCases:
    """Return past patients of these conditions as the shipped configuration describes them."""
    from experiments.importing.plan import usual_care

    scenario = usual_care().scenario
    known = {one.name: one for one in scenario.conditions}
    mend = "give --cases FILE.csv with past patients, or"
    stop_at([Fault("mix", name, f"{mend} {close_match(name, known)}") for name in names if name not in known])
    total = weekly.sum()
    shares = weekly / total if total > 0 else np.full(len(names), 1.0 / len(names))
    return generate_cases([known[name] for name in names], shares, scenario.case_mix, Replication(0, 0))
