"""Carry out `citycare runs ...`: look after the runs that are kept."""

import argparse
from pathlib import Path

from experiments.commands.shared import DONE, Subparsers

ROOT = Path("runs")


def add_parser(commands: Subparsers, common: argparse.ArgumentParser) -> None:
    """Add the command, with a parser of its own for each thing that can be done with runs."""
    text = "list runs, show one, say how two differ, clear away, export, or ask for figures"
    actions = commands.add_parser("runs", help=text, description=text).add_subparsers(metavar="what", required=True)
    for name, function, words in (
        ("list", list_runs, "list the runs of a folder"),
        ("show", show, "say what a run asks and how far it is"),
        ("diff", diff, "say in words how two runs differ, in what was asked and in what came out"),
        ("gc", collect, "find files that no run needs; delete them with --yes"),
        ("export", export, "write a run as .zip for somebody else, or its measures as .csv or .parquet"),
        ("quantiles", quantiles, "percentiles over patients, by acuity, hospital or any other column"),
        ("query", query, "ask the tables of a run in SQL (DuckDB)"),
    ):
        parser = actions.add_parser(name, parents=[common], help=words, description=words)
        parser.set_defaults(command=function)
        _add_arguments(name, parser)


def _add_arguments(name: str, parser: argparse.ArgumentParser) -> None:
    if name in ("list", "gc"):
        parser.add_argument("root", type=Path, nargs="?", default=ROOT, help="the folder with runs; runs by default")
    else:
        parser.add_argument("run", type=Path, help="the folder of a run")
    if name == "diff":
        parser.add_argument("other", type=Path, help="the folder of another run")
    if name == "gc":
        parser.add_argument("--yes", action="store_true", help="delete them")
    if name == "export":
        parser.add_argument(
            "--out", type=Path, required=True, metavar="FILE", help="FILE.zip, FILE.csv or FILE.parquet"
        )
        parser.add_argument("--tables", action="store_true", help="with the rows of patients and all other tables")
    if name == "quantiles":
        parser.add_argument("--of", default="departed - arrived", help="a column of patients, or a difference of marks")
        parser.add_argument("--by", default="acuity,hospital", help="columns, separated by commas")
        parser.add_argument("--shares", default="0.5,0.9", help="shares between 0 and 1, separated by commas")
    if name == "query":
        parser.add_argument("sql", help="a question such as: SELECT cell, count(*) FROM patients GROUP BY cell")


def list_runs(options: argparse.Namespace) -> int:
    """List the runs of a folder."""
    from experiments.kept.listing import listed

    print(listed(options.root))
    return DONE


def show(options: argparse.Namespace) -> int:
    """Say what a run asks and how far it is."""
    from experiments.kept.listing import kept_run, shown

    print(shown(kept_run(options.run)))
    return DONE


def diff(options: argparse.Namespace) -> int:
    """Say how two runs differ."""
    from experiments.kept.differences import explained
    from experiments.kept.listing import kept_run

    print(explained(kept_run(options.run), kept_run(options.other)))
    return DONE


def collect(options: argparse.Namespace) -> int:
    """Find files that no run needs, and delete them if told to."""
    from experiments.kept.clearing import cleared

    print(cleared(options.root, options.yes))
    return DONE


def export(options: argparse.Namespace) -> int:
    """Write a run into one file."""
    from experiments.kept.handing import handed
    from experiments.kept.listing import kept_run

    print(f"Written: {handed(kept_run(options.run), options.out, options.tables).resolve()}")
    return DONE


def quantiles(options: argparse.Namespace) -> int:
    """Print percentiles over the patients of a run."""
    from experiments.kept import asking
    from experiments.kept.listing import kept_run
    from experiments.schema import stop_at
    from sim.faults import Fault

    words = [word.strip() for word in options.shares.split(",")]
    wrong = [word for word in words if not word.replace(".", "", 1).isdigit() or not 0 <= float(word) <= 1]
    stop_at([Fault("--shares", word, "give a number between 0 and 1") for word in wrong])
    by = [word.strip() for word in options.by.split(",") if word.strip()]
    print(
        asking.quantiles(kept_run(options.run), options.of, by, [float(word) for word in words]).to_string(index=False)
    )
    return DONE


def query(options: argparse.Namespace) -> int:
    """Print the answer to a question in SQL."""
    from experiments.kept import asking
    from experiments.kept.listing import kept_run

    print(asking.ask(kept_run(options.run), options.sql).to_string(index=False))
    return DONE
