"""Carry out `citycare report`: write the report of a run again, and the pages of reporting standards."""

import argparse
from pathlib import Path

from experiments.commands.shared import DONE, Subparsers


def add_parser(commands: Subparsers, common: argparse.ArgumentParser) -> None:
    """Add the command and its arguments."""
    text = "write the report of a finished run again"
    parser = commands.add_parser("report", parents=[common], help=text, description=text)
    parser.add_argument("folder", type=Path, help="the folder of a run")
    parser.add_argument(
        "--language", default="", metavar="CODE", help='"en", "zh", ...; without it, that of the run\'s configuration'
    )
    parser.add_argument(
        "--format",
        choices=("html", "md", "json", "pdf"),
        default="html",
        help="html; md or json with every sentence and table of it; pdf, printed by an installed Chromium",
    )
    parser.add_argument(
        "--standards", action="store_true", help="also fill STRESS-DES, ISPOR-SMDM and the levels of RAP"
    )
    parser.add_argument("--statements", type=Path, metavar="FILE.yaml", help="what only people can say, by item")
    parser.set_defaults(command=report)


def report(options: argparse.Namespace) -> int:
    """Write the report of a run folder again and print the answer; fill the reporting standards if asked for."""
    from experiments.report import answer
    from experiments.report.catalogue import speaking
    from experiments.report.folder import read_folder
    from experiments.report.page import language_of

    stored = read_folder(options.folder)
    code = options.language or language_of(stored)
    path = _written(options.folder, code, options.format)
    with speaking(code):
        print(f"{answer(stored).text}\nReport: {path.resolve()}")
    if options.standards or options.statements:
        _fill_standards(options.folder, options.statements)
    return DONE


def _written(folder: Path, code: str, form: str) -> Path:
    """Write the report in one format, and return its path."""
    from experiments.report import write_report
    from experiments.report.formats import write_json, write_markdown
    from experiments.report.printing import write_pdf

    if form == "md":
        return write_markdown(folder, code)
    if form == "json":
        return write_json(folder, code)
    return write_pdf(folder, code) if form == "pdf" else write_report(folder, code)


def _fill_standards(folder: Path, statements: Path | None) -> None:
    from experiments.checklists.pages import read_statements, write_pages
    from experiments.kept.listing import kept_run

    for page in write_pages(kept_run(folder), read_statements(statements) if statements else None):
        print(f"Standard: {page.resolve()}")
