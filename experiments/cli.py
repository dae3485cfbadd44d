"""Offer the commands of CityCare on a terminal, and say in words what went wrong."""

import argparse
import errno
import sys
from collections.abc import Callable, Sequence
from io import TextIOWrapper
from typing import NoReturn

from experiments.commands import add_parsers
from experiments.commands.shared import BAD_INPUT, DONE, INTERRUPTED, SOME_FAILED, project_version

NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
EXAMPLES = """\
examples:
  citycare run experiment=sharing_first                  what do hospitals gain by deciding together?
  citycare run transfer=balance city.demand.scale=1.15   one configuration: optimized transfers in a hard winter
  citycare run -m transfer=stay_put,balance information=delayed,live
                                                         every combination, compared in pairs
  citycare run experiment=sharing_first run.replications=3 run.weeks=2 run.folder=runs/quick
  citycare report runs/quick                             write the report of a run again
  citycare app                                           the same in a browser: sliders, live answers, variants
  citycare run experiment=sharing_first --dry-run        how long, how many GiB? runs nothing
  citycare init my_study                                 an editable study: city, policy, test and experiment
  citycare run --config-dir my_study experiment=my_question --plugin my_study/policies/longest_wait.py
  citycare check my_city                                 is this folder of CSV files a city? lists all faults
  citycare run city=from_files city.folder=my_city
  citycare exact --quick                                 does the engine reproduce queueing theory? a table of z-scores
  citycare exact E7 c=4 rates=[0.4,0.9,1.1] mu=1         one system, with parameters of your own
  citycare solve cover medical_service.csv               one planning problem: what to do, or why nothing fits
  citycare solve-for measure=ed_los_p90_min target=240 vary=city.ward_beds.scale range=[0.9,1.3]
                                                         how many beds does it take? an answer with an interval
  citycare search objectives=wait,cost vary=[city.ward_beds.scale:0.95:1.1,city.staff.scale:0.95:1.1] budget=200
                                                         which beds and staff are best? the front of both
  citycare replay runs/quick --replication 2 --cell balance-live
                                                         does this replication happen again, to the last bit?
  citycare export log runs/quick --cell balance-live     every event of one replication, as XES or CSV
  citycare export fhir my_city --out bundle.json         a city or a run as FHIR R5; citycare import fhir reads it
  citycare forecast --data calls.csv --by borough --out runs/calls
                                                         what comes in the next 24 hours, and how sure is that?
  citycare resources schedule my_registry                share what hospitals offer, without a simulation

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
        parser.error(f"name a command: {', '.join(options.names)}")
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
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        print("  Free some space; what is finished is kept, and the same command goes on from there.", file=sys.stderr)
    print("  The same command with --debug shows where.", file=sys.stderr)
    return SOME_FAILED


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
    add_parsers(commands, common)
    parser.set_defaults(names=list(commands.choices))
    return parser


class _Parser(argparse.ArgumentParser):
    """Say what is wrong with the arguments in one line, and where help is."""

    def error(self, message: str) -> NoReturn:
        self.exit(BAD_INPUT, f"citycare: {message}\n  {self.prog} --help shows how to call it.\n")
