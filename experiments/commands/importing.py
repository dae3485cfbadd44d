"""Carry out `citycare import ...`: make our files out of those of others."""

import argparse
import shlex
from datetime import date
from pathlib import Path

from experiments.commands import standards
from experiments.commands.shared import DONE, Subparsers, from_files


def add_parser(commands: Subparsers, common: argparse.ArgumentParser) -> None:
    """Add the command, with a parser of its own for everything that can be imported."""
    text = "make our files out of tables and files of others"
    imports = commands.add_parser("import", help=text, description=text).add_subparsers(metavar="what", required=True)
    _add_city(imports, common)
    _add_icu(imports, common)
    standards.add_imports(imports, common)


def _add_city(imports: Subparsers, common: argparse.ArgumentParser) -> None:
    text = "make the files of a city out of public tables of hospitals, zones and distances"
    city = imports.add_parser("city", parents=[common], help=text, description=text)
    city.add_argument("--hospitals", type=Path, required=True, metavar="CSV", help="beds, visits and positions")
    city.add_argument("--zones", type=Path, required=True, metavar="CSV", help="where people live")
    city.add_argument("--distances", type=Path, metavar="CSV", help="kilometers from zones to hospitals")
    city.add_argument("--hospital-distances", type=Path, metavar="CSV", help="kilometers between hospitals")
    city.add_argument("--aliases", type=Path, metavar="YAML", help="further names of columns, as in columns.yaml")
    city.add_argument("--hourly-profile", type=Path, metavar="CSV", help="when patients come: hour (24 or 168), share")
    uses = {"check": "only compared with", "arrivals": "arrivals follow it"}
    text = "; ".join(f"{name}: {what}" for name, what in uses.items())
    city.add_argument("--profile-use", choices=list(uses), default="check", help=f"what it is for; {text}")
    city.add_argument("--exclude", nargs="+", default=[], metavar="ID", help="hospitals to leave out")
    city.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="a new folder for the files")
    city.set_defaults(command=import_city)


def import_city(options: argparse.Namespace) -> int:
    """Make the folder of a city out of public tables."""
    print("Importing the city; this takes some seconds", flush=True)
    from experiments.importing import city, hours

    tables = (options.hospitals, options.zones, options.distances, options.hospital_distances)
    path, use = options.hourly_profile, hours.ProfileUse(options.profile_use)
    profile = hours.ProfileFile(path, use) if path else None
    done = city.import_city(*tables, options.out, city.Choice(options.exclude, options.aliases, profile))
    asked = ["experiment=sharing_first", *from_files(options.out)]
    print(f"{done}\nTry next:  {shlex.join(['citycare', 'check', str(options.out)])}")
    print(f"           {shlex.join(['citycare', 'calibrate', 'city', str(options.out)])}")
    print(f"           {shlex.join(['citycare', 'run', *asked])}")
    return DONE


def _add_icu(imports: Subparsers, common: argparse.ArgumentParser) -> None:
    text = "make a wave of intensive care out of a register's daily counts of beds, for experiment=icu_wave"
    icu = imports.add_parser("icu", parents=[common], help=text, description=text)
    icu.add_argument("--beds", type=Path, required=True, metavar="CSV", help="district, date, beds, occupied")
    icu.add_argument("--from", dest="first", type=_day, required=True, metavar="DATE", help="the first day")
    icu.add_argument("--until", dest="last", type=_day, required=True, metavar="DATE", help="the last day")
    icu.add_argument("--exclude", nargs="+", default=[], metavar="DISTRICT", help="districts to leave out")
    icu.add_argument("--beds-share", type=float, default=0.9, help="share of the beds that can be run safely (P65)")
    icu.add_argument("--travel-min", type=float, default=30.0, help="way between any two districts")
    icu.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="a new folder for the study")
    icu.set_defaults(command=import_icu)


def import_icu(options: argparse.Namespace) -> int:
    """Make a study of a wave of intensive care out of a register."""
    from experiments.importing import icu

    exclude = tuple(options.exclude)
    choice = icu.Choice(options.first, options.last, exclude, options.beds_share, options.travel_min)
    waves = icu.import_icu(options.beds, options.out, choice)
    n_patients = sum(int(wave.arrivals.sum()) for wave in waves)
    weeks = (options.last - options.first).days / 7
    print(f"{len(waves)} districts with {sum(wave.beds for wave in waves)} beds, {n_patients} patients")
    asked = ["--config-dir", str(options.out), "experiment=icu_wave", f"run.weeks={weeks:.4g}"]
    asked += ["transfers.receiving_cap_share=1", "bed_rules=open"]
    print(f"Try next:  {shlex.join(['citycare', 'run', *asked])}")
    return DONE


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date; write it as 2020-12-24") from None
