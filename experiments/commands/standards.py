"""Carry out `citycare export|import fhir|have`: cities and runs in formats that other systems read."""

import argparse
import shlex
from pathlib import Path

from experiments.commands.shared import DONE, Subparsers, from_files

PATIENTS_LEAVE = "Notice: this file holds a row for each patient, without identifiers, outside the run's folder."


def add_exports(exports: Subparsers, common: argparse.ArgumentParser) -> None:
    """Add the formats that can be written."""
    text = "write a city or a run as an HL7 FHIR R5 bundle"
    fhir = exports.add_parser("fhir", parents=[common, _source()], help=text, description=text)
    fhir.add_argument("--out", type=Path, required=True, metavar="FILE.json", help="the bundle to write")
    fhir.add_argument("--encounters", action="store_true", help="single encounters without identifiers, not counts")
    fhir.set_defaults(command=export_fhir)
    text = "write how many beds there are, and how many are free, as EDXL-HAVE style CSV"
    have = exports.add_parser("have", parents=[common, _source()], help=text, description=text)
    have.add_argument("--out", type=Path, required=True, metavar="FILE.csv", help="the table to write")
    have.add_argument("--hour", type=int, metavar="H", help="which hour of a run, counted from 0; else the last")
    have.set_defaults(command=export_have)


def _source() -> argparse.ArgumentParser:
    parent = argparse.ArgumentParser(add_help=False)
    text = "the folder of a run or of a city's files, or a name in conf/city"
    parent.add_argument("source", type=Path, metavar="RUN_OR_CITY", help=text)
    parent.add_argument("--replication", type=int, default=0, metavar="K", help="of a run: which, 0 if not given")
    parent.add_argument("--cell", metavar="NAME", help="of a run: which cell, where it has several")
    parent.add_argument("--plugin", action="append", default=[], metavar="FILE.py", help="a file with policies")
    return parent


def add_imports(imports: Subparsers, common: argparse.ArgumentParser) -> None:
    """Add the formats that can be read."""
    text = "make the files of a city out of an HL7 FHIR R5 bundle"
    fhir = imports.add_parser("fhir", parents=[common], help=text, description=text)
    fhir.add_argument("file", type=Path, metavar="FILE.json", help="the bundle")
    fhir.add_argument("--cases", type=Path, metavar="CSV", help="past patients, as in patient_case.csv; else generated")
    fhir.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="a new folder for the files")
    fhir.set_defaults(command=import_fhir)
    text = "write a city anew with the beds and patients that EDXL-HAVE style counts give it"
    have = imports.add_parser("have", parents=[common], help=text, description=text)
    have.add_argument("file", type=Path, metavar="FILE.csv", help="the counts")
    have.add_argument("--city", type=Path, required=True, metavar="FOLDER", help="the files of the city counted")
    have.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="a new folder for the files")
    have.set_defaults(command=import_have)


def export_fhir(options: argparse.Namespace) -> int:
    """Write a bundle; warn when rows of patients leave the run's folder.

    Raises:
        ScenarioError: with every fault of what is to be exported.
    """
    from experiments.standards.fhir.bundles import export_bundle
    from experiments.standards.source import exported

    found = exported(options.source, options.replication, options.cell, options.plugin)
    done = export_bundle(found, options.out, options.encounters)
    print("\n".join([*done.lines, f"Bundle: {done.path.resolve()}"]))
    home = found.stored.folder.resolve() if found.stored else None
    if options.encounters and home and not done.path.resolve().is_relative_to(home):
        print(PATIENTS_LEAVE)
    return DONE


def export_have(options: argparse.Namespace) -> int:
    """Write bed counts.

    Raises:
        ScenarioError: with every fault of what is to be exported.
    """
    from experiments.standards import have
    from experiments.standards.source import exported

    found = exported(options.source, options.replication, options.cell, options.plugin)
    counts = have.export_have(found, options.out, options.hour)
    print(f"Wrote {len(counts):,} counts of beds: {options.out.resolve()}")
    return DONE


def import_fhir(options: argparse.Namespace) -> int:
    """Make the files of a city, or tables, out of a bundle.

    Raises:
        ScenarioError: with every fault of the bundle; then nothing is written.
    """
    from experiments.files.resources import FILE
    from experiments.standards.fhir.bundles import import_bundle

    done = import_bundle(options.file, options.out, options.cases)
    print("\n".join([*done.lines, f"Folder: {done.path.resolve()}"]))
    if (done.path / FILE).is_file():
        print(_next(done.path))
    return DONE


def import_have(options: argparse.Namespace) -> int:
    """Make the files of a city with counted beds.

    Raises:
        ScenarioError: with every fault of the counts and of the city; then nothing is written.
    """
    from experiments.standards import have

    counts = have.import_have(options.file, options.city, options.out)
    print(f"Used {len(counts):,} counts of beds\nFolder: {options.out.resolve()}\n{_next(options.out)}")
    return DONE


def _next(folder: Path) -> str:
    check, run = (["citycare", "check", str(folder)], ["citycare", "run", *from_files(folder)])
    return f"Try next:  {shlex.join(check)}\n           {shlex.join(run)}"
