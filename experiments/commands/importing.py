"""Carry out `citycare import ...`: make our files out of those of others."""

import argparse
import shlex
from pathlib import Path

from experiments.commands.shared import DONE, Subparsers, from_files


def add_parser(commands: Subparsers, common: argparse.ArgumentParser) -> None:
    """Add the command, with a parser of its own for everything that can be imported."""
    text = "make our files out of tables and files of others"
    imports = commands.add_parser("import", help=text, description=text).add_subparsers(metavar="what", required=True)
    _add_city(imports, common)


def _add_city(imports: Subparsers, common: argparse.ArgumentParser) -> None:
    text = "make the files of a city out of public tables of hospitals, zones and distances"
    city = imports.add_parser("city", parents=[common], help=text, description=text)
    city.add_argument("--hospitals", type=Path, required=True, metavar="CSV", help="beds, visits and positions")
    city.add_argument("--zones", type=Path, required=True, metavar="CSV", help="where people live")
    city.add_argument("--distances", type=Path, metavar="CSV", help="kilometers from zones to hospitals")
    city.add_argument("--hospital-distances", type=Path, metavar="CSV", help="kilometers between hospitals")
    city.add_argument("--aliases", type=Path, metavar="YAML", help="further names of columns, as in columns.yaml")
    city.add_argument("--exclude", nargs="+", default=[], metavar="ID", help="hospitals to leave out")
    city.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="a new folder for the files")
    city.set_defaults(command=import_city)


def import_city(options: argparse.Namespace) -> int:
    """Make the folder of a city out of public tables."""
    print("Importing the city; this takes some seconds", flush=True)
    from experiments.importing import city

    tables = (options.hospitals, options.zones, options.distances, options.hospital_distances)
    done = city.import_city(*tables, out=options.out, exclude=options.exclude, aliases=options.aliases)
    asked = ["experiment=sharing_first", *from_files(options.out)]
    print(f"{done}\nTry next:  {shlex.join(['citycare', 'check', str(options.out)])}")
    print(f"           {shlex.join(['citycare', 'calibrate', 'city', str(options.out)])}")
    print(f"           {shlex.join(['citycare', 'run', *asked])}")
    return DONE
