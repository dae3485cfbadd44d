"""The walk through docs/resources.md: every command runs as printed and prints what stands below it."""

import re
import shlex
from pathlib import Path

import pytest

from experiments.cli import main

pytestmark = pytest.mark.contract

PAGE = Path(__file__).parents[2] / "docs" / "resources.md"
BLOCK = re.compile(r"^```(csv|console) ?(.*?)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MISSING = {"citycare resources schedule city request-2 --at 2030-01-07T09:04"}
"""Commands that say by exit code 1 that something is missing."""


def run(command: str) -> int:
    program, *words = shlex.split(command)
    assert program == "citycare"
    return main(words)


def test_every_command_of_the_page_prints_what_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    n_commands = 0
    for language, name, text in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        if language == "csv":
            Path(name).write_text(text, encoding="utf-8")
            continue
        for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
            command, _, expected = part.partition("\n")
            assert run(command) == (command in MISSING)
            assert capsys.readouterr().out.strip() == expected.strip(), command
            n_commands += 1
    assert n_commands == 13


def test_the_page_names_every_action() -> None:
    from experiments.resources.actions import ACTIONS

    last = PAGE.read_text(encoding="utf-8").rpartition("lists the options of each action:")[2]
    assert set(re.findall(r"`(\w+)`", last)) == set(ACTIONS)
