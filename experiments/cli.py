"""Offer the commands of CityCare on a terminal; each is thin and leaves the work to other modules.

Libraries are imported inside the commands, so that `citycare --help` answers at once.
"""

import argparse
import re
import shlex
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from rich.console import Console

    from experiments.config import CellConfig
    from experiments.study import Study
    from sim.scenario import Scenario

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

PLAIN_TEXT = re.compile(r"(?!(?:null|true|false|nan|inf)$)(?:\.{0,2}/)?[a-z_][\w./-]*", re.IGNORECASE)
COMMANDS = ("run", "report", "import", "check", "init", "solve", "replay", "export", "forecast")
DONE, SOME_FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130

EXAMPLES = """\
examples:
  citycare run experiment=sharing_first                  what do hospitals gain by deciding together?
  citycare run transfer=balance city.demand.scale=1.15   one configuration: optimized transfers in a hard winter
  citycare run -m transfer=stay_put,balance information=delayed,live
                                                         every combination, compared in pairs
  citycare run experiment=sharing_first run.replications=3 run.weeks=2 run.folder=runs/quick
  citycare report runs/quick                             write the report of a run again
  citycare run experiment=sharing_first --dry-run        how long, how many GiB? runs nothing
  citycare init my_study                                 an editable study: city, policy, test and experiment
  citycare run --config-dir my_study experiment=my_question --plugin my_study/policies/longest_wait.py
  citycare check my_city                                 is this folder of CSV files a city? lists all faults
  citycare run city=from_files city.folder=my_city
  citycare exact --quick                                 does the engine reproduce queueing theory? a table of z-scores
  citycare exact E7 c=4 rates=[0.4,0.9,1.1] mu=1         one system, with parameters of your own
  citycare solve cover medical_service.csv               one planning problem: what to do, or why nothing fits
  citycare replay runs/quick --replication 2 --cell balance-live
                                                         does this replication happen again, to the last bit?
  citycare export log runs/quick --cell balance-live     every event of one replication, as XES or CSV
  citycare forecast --data calls.csv --by borough --out runs/calls
                                                         what comes in the next 24 hours, and how sure is that?

exit codes: 0 done, 1 some replications failed (the others are kept), something is not exact or not the same,
            2 wrong input (nothing was run), or a problem that has no solution (the reason is printed)
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; what a user can mend is said in words, without a traceback."""
    parser = make_parser()
    words = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # not every terminal has all signs
    options, others = parser.parse_known_args(words)
    options.words = words[words.index("run") + 1 :] if "run" in words else []
    wrong = [word for word in others if word.startswith("-") or not hasattr(options, "overrides")]
    if wrong:
        parser.error(f"unknown argument {' '.join(wrong)}")
    if not hasattr(options, "command"):
        parser.error(f"name a command: {', '.join(COMMANDS)}")
    if others:
        options.overrides = [*options.overrides, *others]
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except KeyboardInterrupt:
        print("\nInterrupted. Finished replications are kept; the same command goes on from there.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        return DONE
    except Exception as error:
        if options.debug:
            raise
        return explain(error)


def explain(error: Exception) -> int:
    """Print one readable block about an error on stderr and return the exit code that it deserves."""
    from sim.faults import ScenarioError

    if isinstance(error, ScenarioError):
        n = len(error.faults)
        lines = [f"citycare: {n} thing{'' if n == 1 else 's'} to mend; nothing was run."]
        lines += [f"  {fault}" for fault in error.faults]
        print("\n".join(lines), file=sys.stderr)
        return BAD_INPUT
    print(f"citycare: {type(error).__name__}: {error}", file=sys.stderr)
    print("  The same command with --debug shows where.", file=sys.stderr)
    return SOME_FAILED


def run(options: argparse.Namespace) -> int:
    """Run what the overrides ask for, write the report, and print the answer."""
    print(f"CityCare {project_version()}: reading the configuration", flush=True)
    from rich.console import Console

    from experiments import summary
    from experiments.dry_run import dry_run
    from experiments.progress import watcher_for
    from experiments.study import n_cores, run_study, study_of

    cells, console = _composed(options), Console()
    print(summary.plan(cells, _checked(cells), console.width), flush=True)
    settings = cells[0].settings.run
    if options.dry_run:
        print(f"\n{dry_run(cells, settings.workers or n_cores())}")
        return DONE
    study = study_of(cells, shlex.join(["citycare", "run", *options.words]))
    folder = Path(settings.folder) if settings.folder else study.default_folder
    outcome = run_study(study, folder, settings.workers, watcher_for(console))
    if outcome.n_done == 0:
        print(f"Nothing was finished: all {outcome.n_failed} replications failed; see {folder / 'manifest.json'}")
        return SOME_FAILED
    if settings.sensitivity_replications:
        _vary_assumptions(folder, study, console)
    _show(folder, summary.suggestion(options.words, len(cells)), console)
    return SOME_FAILED if outcome.n_failed else DONE


def _vary_assumptions(folder: Path, study: "Study", console: "Console") -> None:
    """See how the leading difference of a run moves with every assumption."""
    from experiments.progress import watcher_for
    from experiments.report import answer
    from experiments.report.folder import read_folder
    from experiments.sensitivity import leading_pair, run_sensitivity

    stored = read_folder(folder)
    lead = answer(stored).lead
    if lead:
        print("\nHow much does the answer hang on assumptions? Each goes to the ends of its range.", flush=True)
        pair = leading_pair(study.cells, lead.baseline.name, lead.treatment.name)
        run_sensitivity(folder, study, pair, watcher_for(console))


def report(options: argparse.Namespace) -> int:
    """Write the report of a run folder again and print the answer."""
    from experiments.report import answer, write_report
    from experiments.report.folder import read_folder

    stored = read_folder(options.folder)
    path = write_report(options.folder)
    print(f"{answer(stored).text}\nReport: {path.resolve()}")
    return DONE


def import_(options: argparse.Namespace) -> int:
    """Make the folder of a city out of public tables."""
    print("Importing the city; this takes some seconds", flush=True)
    from experiments.importing.city import import_city

    tables = (options.hospitals, options.zones, options.distances, options.hospital_distances)
    done = import_city(*tables, out=options.out, exclude=options.exclude)
    asked = ["experiment=sharing_first", *_from_files(options.out), f"transfers.crews={done.crews}"]
    print(f"{done}\nTry next:  {shlex.join(['citycare', 'check', str(options.out)])}")
    print(f"           {shlex.join(['citycare', 'run', *asked])}")
    return DONE


def _from_files(folder: Path) -> list[str]:
    """Return the overrides that take the city from a folder of files; in quotes unless it can only be text."""
    text = str(folder)
    if not PLAIN_TEXT.fullmatch(text):
        text = "'{}'".format(text.replace("\\", "\\\\").replace("'", "\\'"))
    return ["city=from_files", f"city.folder={text}"]


def check(options: argparse.Namespace) -> int:
    """Check a folder of city files, or a study, without running anything."""
    from rich.console import Console

    from experiments import summary
    from experiments.service_plan import service_plans

    if (options.folder / "conf").is_dir():
        options.config_dir = options.config_dir or options.folder
    else:
        options.overrides = [*_from_files(options.folder), *options.overrides]
    cells = _composed(options)
    scenario = _checked(cells)
    print(f"{options.folder} is in order; nothing was run.\n{summary.plan(cells, scenario, Console().width)}\n")
    print(summary.expected_load(scenario))
    for plan in service_plans([cell.settings.city.folder for cell in cells]):
        print(f"\n{summary.service(plan)}")
    return DONE


def init(options: argparse.Namespace) -> int:
    """Write an editable study."""
    from experiments.init import write_study

    paths = write_study(options.folder)
    print("\n".join([f"Wrote {options.folder}:", *(f"  {path}" for path in paths)]))
    print(f"Read {options.folder / 'README.md'} first.")
    return DONE


def exact(options: argparse.Namespace) -> int:
    """Run systems with exact answers through the engine, and compare."""
    from rich.console import Console

    from experiments.exact.command import run_exact

    agrees = run_exact(options.overrides, options.quick, options.json, options.workers, Console().width)
    return DONE if agrees else SOME_FAILED


def _composed(options: argparse.Namespace) -> "list[CellConfig]":
    from experiments.config import compose

    return compose(options.overrides, getattr(options, "multirun", False), options.config_dir, options.plugin)


def _checked(cells: "Sequence[CellConfig]") -> "Scenario":
    """Return the scenario of the first cell after checking all, every fault once."""
    from experiments.build import check as check_settings
    from experiments.schema import stop_at
    from sim.faults import Fault, ScenarioError

    faults: list[Fault] = []
    scenarios = []
    for cell in cells:
        try:
            scenarios.append(check_settings(cell.settings))
        except ScenarioError as error:
            faults.extend(error.faults)
    stop_at(faults)
    return scenarios[0]


def _show(folder: Path, suggestion: str, console: "Console") -> None:
    """Write the report of a run and print what it says."""
    from experiments import summary
    from experiments.report import answer, write_report
    from experiments.report.folder import read_folder
    from experiments.results_table import results_table

    path, stored = write_report(folder), read_folder(folder)
    print()
    console.print(results_table(stored, console.width))
    print()
    if stored.manifest.get("failures"):
        print(summary.failures(stored) + "\n")
    print(summary.closing(answer(stored), path, suggestion, console.width))


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser: argparse.ArgumentParser = _Parser(
        prog="citycare",
        description="Simulate the hospitals of one city, and compare ways of running them.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"citycare {project_version()}")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--debug", action="store_true", help="show the traceback of an error")
    commands = parser.add_subparsers(metavar="command")
    _add_run(commands, common)
    _add_report(commands, common)
    _add_import(commands, common)
    _add_check(commands, common)
    _add_init(commands, common)
    _add_exact(commands, common)
    _add_solve(commands, common)
    _add_replay(commands, common)
    _add_export(commands, common)
    _add_forecast(commands, common)
    return parser


def project_version() -> str:
    """Return the installed version, or "unknown" when CityCare runs without being installed."""
    try:
        return version("citycare")
    except PackageNotFoundError:
        return "unknown"


class _Parser(argparse.ArgumentParser):
    """Say what is wrong with the arguments in one line, and where help is."""

    def error(self, message: str) -> NoReturn:
        self.exit(BAD_INPUT, f"citycare: {message}\n  {self.prog} --help shows how to call it.\n")


def _add_run(commands: "Commands", common: argparse.ArgumentParser) -> None:
    text = "run a configuration, an experiment or a sweep, and write its report"
    parser = commands.add_parser("run", parents=[common, _configured()], help=text, description=text)
    parser.add_argument("-m", "--multirun", action="store_true", help="run every combination of a,b,c values")
    parser.add_argument("--dry-run", action="store_true", help="say what it would take, and run nothing")
    parser.add_argument("overrides", nargs="*", metavar="field=value", help="what to change, in Hydra's notation")
    parser.set_defaults(command=run)


def _add_report(commands: "Commands", common: argparse.ArgumentParser) -> None:
    text = "write the report of a finished run again"
    parser = commands.add_parser("report", parents=[common], help=text, description=text)
    parser.add_argument("folder", type=Path, help="the folder of a run")
    parser.set_defaults(command=report)


def _add_import(commands: "Commands", common: argparse.ArgumentParser) -> None:
    text = "make the files of a city out of public tables of hospitals, zones and distances"
    importing = commands.add_parser("import", help=text, description=text)
    city = importing.add_subparsers(metavar="city", required=True).add_parser("city", parents=[common], help=text)
    city.add_argument("--hospitals", type=Path, required=True, metavar="CSV", help="beds, visits and positions")
    city.add_argument("--zones", type=Path, required=True, metavar="CSV", help="where people live")
    city.add_argument("--distances", type=Path, metavar="CSV", help="kilometers from zones to hospitals")
    city.add_argument("--hospital-distances", type=Path, metavar="CSV", help="kilometers between hospitals")
    city.add_argument("--exclude", nargs="+", default=[], metavar="ID", help="hospitals to leave out")
    city.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="a new folder for the files")
    city.set_defaults(command=import_)


def _add_check(commands: "Commands", common: argparse.ArgumentParser) -> None:
    text = "check a folder of city files, or a study, without running anything; list all faults"
    parser = commands.add_parser("check", parents=[common, _configured()], help=text, description=text)
    parser.add_argument("folder", type=Path, help="a folder with medical_resource.csv and so on, or one with conf/")
    parser.add_argument("overrides", nargs="*", metavar="field=value", help="what to change, in Hydra's notation")
    parser.set_defaults(command=check)


def _add_init(commands: "Commands", common: argparse.ArgumentParser) -> None:
    text = "write an editable study: a city, a policy, a test and an experiment"
    parser = commands.add_parser("init", parents=[common], help=text, description=text)
    parser.add_argument("folder", type=Path, help="a new folder")
    parser.set_defaults(command=init)


def _add_exact(commands: "Commands", common: argparse.ArgumentParser) -> None:
    text = "run systems with exact answers (queues, networks, a published stroke unit) and judge the engine by them"
    parser = commands.add_parser("exact", parents=[common], help=text, description=text)
    parser.add_argument("overrides", nargs="*", metavar="E7 name=value", help="systems, and parameters of your own")
    parser.add_argument("--quick", action="store_true", help="fewer replications: under a minute on two cores")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the table as JSON too")
    parser.add_argument("--workers", type=_workers, default=0, help="worker processes; 0, the default, for all cores")
    parser.set_defaults(command=exact)


def _add_solve(commands: "Commands", common: argparse.ArgumentParser) -> None:
    from experiments.solve.command import add_problems

    text = "solve one planning problem from files, or say why it has no solution"
    add_problems(commands.add_parser("solve", help=text, description=text), common)


def _add_replay(commands: "Commands", common: argparse.ArgumentParser) -> None:
    from experiments.replay.command import add_replay

    text = "run one replication of a finished run again, alone, and say whether the very same happened"
    add_replay(commands.add_parser("replay", parents=[common], help=text, description=text))


def _add_export(commands: "Commands", common: argparse.ArgumentParser) -> None:
    from experiments.event_log.command import add_export

    text = "write what a finished run holds in formats of other tools"
    add_export(commands.add_parser("export", help=text, description=text), common)


def _add_forecast(commands: "Commands", common: argparse.ArgumentParser) -> None:
    from experiments.forecasting.command import add_forecast

    text = "forecast hourly demand from past counts, and say how far every method can be trusted"
    add_forecast(commands.add_parser("forecast", parents=[common], help=text, description=text))


def _workers(text: str) -> int:
    if not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of workers; give 0 or more")
    return int(text)


def _configured() -> argparse.ArgumentParser:
    parent = argparse.ArgumentParser(add_help=False)
    parent.add_argument("--config-dir", type=Path, help="a study, or a folder of configuration files of your own")
    parent.add_argument("--plugin", action="append", default=[], metavar="FILE.py", help="a file with policies")
    return parent
