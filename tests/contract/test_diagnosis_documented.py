"""The documentation of training keeps its word: arguments, members, schemas and files are those of the code."""

import argparse
import re
from pathlib import Path

import pytest

from experiments.bar_table import TARGET_FILE, TRAININGS
from experiments.commands.train import add_parser
from experiments.records import SCHEMAS
from experiments.train.plan import BY_NAME, USUAL, Plan
from experiments.train.saved import PIPELINES, PLAIN
from experiments.train.written import CARD, PAGE, PREDICTIONS
from policies.diagnosis.members import Ensemble

pytestmark = pytest.mark.contract

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "diagnosis.md").read_text(encoding="utf-8")


def arguments() -> dict[str, argparse.Action]:
    parser = argparse.ArgumentParser()
    add_parser(parser.add_subparsers(), argparse.ArgumentParser(add_help=False))
    (commands,) = (action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    own = commands.choices["train"]._actions
    return {word: action for action in own for word in action.option_strings if word.startswith("--")}


def test_the_documented_arguments_are_those_of_the_command() -> None:
    rows = [line for line in TEXT.splitlines() if line.startswith("| `--")]
    documented = {word for row in rows for word in re.findall(r"`(--[a-z-]+)", row.split("|")[1])}
    documented |= {word for row in rows for word in re.findall(r"`(--[a-z-]+) N`", row)}
    assert documented == set(arguments()) - {"--help"}


def test_the_documented_defaults_are_those_of_the_plan() -> None:
    plan, found = Plan("critical"), arguments()
    assert (found["--folds"].default, found["--repeats"].default, found["--seed"].default) == plan.splits
    assert (found["--model"].default, found["--miss-cost"].default) == (plan.model, plan.miss_cost)
    assert f"| `{' '.join(USUAL)}` |" in TEXT
    assert f"{plan.specificity:.1%}".replace("%", " %") in TEXT


@pytest.mark.parametrize("word", [*SCHEMAS, *BY_NAME, PLAIN, PIPELINES, CARD, PAGE, PREDICTIONS])
def test_everything_that_can_be_named_is_documented(word: str) -> None:
    assert f"`{word}`" in TEXT or f"{word} " in TEXT


def test_the_members_of_the_ensemble_are_documented() -> None:
    told = re.search(r"`ensemble` \(the mean of (.*?)\)", TEXT, re.DOTALL)
    assert told is not None
    words = re.split(r", | and ", told.group(1).replace("\n", " "))
    assert words == [member.name.replace("_", " ") for member in Ensemble().members]


def test_every_bar_is_trained_for_by_a_plan_whose_words_exist() -> None:
    assert Path("docs") / Path(TARGET_FILE).name == TARGET_FILE
    for _, schema, plan in TRAININGS:
        assert plan.target in {target.name for target in SCHEMAS[schema][0].targets}
        assert {*plan.members, plan.model} <= set(BY_NAME)
