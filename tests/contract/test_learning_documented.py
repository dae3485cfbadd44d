"""The page on learning keeps its word: its commands can be read, its arguments and defaults are those of the code."""

import argparse
import re
import shlex
from importlib.resources import files
from pathlib import Path

import pytest

from experiments.cli import make_parser

pytestmark = pytest.mark.contract

TEXT = (Path(__file__).parents[2] / "docs" / "learning.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)
COMMANDS = [line for block in BLOCKS for line in block.splitlines() if line.startswith("citycare ")]
DOCUMENTED = {
    "federate": "## Federated",
    "synthesize": "## Synthetic",
    "release": "## Counts",
    "suggest": "## Suggested",
}


def arguments(command: str) -> dict[str, argparse.Action]:
    (commands,) = (one for one in make_parser()._actions if isinstance(one, argparse._SubParsersAction))
    own = commands.choices[command]._actions
    shared = {"--help", "--debug", "--config-dir", "--plugin"}
    return {word: one for one in own for word in one.option_strings if word.startswith("--") and word not in shared}


def section(heading: str) -> str:
    return TEXT.split(heading, 1)[1].split("\n## ", 1)[0]


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_can_be_read(line: str) -> None:
    options, others = make_parser().parse_known_args(shlex.split(line, comments=True)[1:])
    assert callable(options.command)
    assert not [word for word in others if word.startswith("-")]


def test_every_way_of_learning_has_a_command() -> None:
    told = {line.split()[1] for line in COMMANDS}
    assert told == {"federate", "synthesize", "release", "check-table", "train", "suggest", "run"}


@pytest.mark.parametrize("command", DOCUMENTED)
def test_the_documented_arguments_are_those_of_the_command(command: str) -> None:
    rows = [line.split("|")[1] for line in section(DOCUMENTED[command]).splitlines() if line.startswith("| `")]
    assert {word for row in rows for word in re.findall(r"`(--[a-z-]+)", row)} == set(arguments(command))


@pytest.mark.parametrize("command", ["federate", "synthesize", "suggest"])
def test_the_documented_defaults_are_those_of_the_command(command: str) -> None:
    found = arguments(command)
    for row in (line for line in section(DOCUMENTED[command]).splitlines() if line.startswith("| `--")):
        _, names, _, defaults, _ = (cell.strip() for cell in row.split("|"))
        words = re.findall(r"`(--[a-z-]+)", names)
        for name, told in zip(words, defaults.split(", "), strict=False):
            if re.fullmatch(r"[\d.]+", told):
                assert float(told) == float(found[name].default), name


def test_experiments_that_are_named_ship() -> None:
    for name in re.findall(r"experiment=(\w+)", TEXT):
        assert files("conf").joinpath("experiment", f"{name}.yaml").is_file()
