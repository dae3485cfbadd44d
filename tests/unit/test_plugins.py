"""Policies from files: loaded once, named by seat, and refused in words when something is wrong."""

from pathlib import Path

import pytest

from experiments.plugins import SEATS, added_policies, load_file, policies_by_seat, shipped_policies
from sim.faults import ScenarioError

pytestmark = pytest.mark.unit

POLICY = """
from dataclasses import dataclass

@dataclass(slots=True)
class Mine:
    reserve: int = 2

    def decide(self, view):
        return None

"""


def written(folder: Path, text: str) -> str:
    file = folder / "mine.py"
    file.write_text(POLICY + text)
    return str(file)


def fault_of(folder: Path, text: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        added_policies([written(folder, text)])
    return str(caught.value)


def test_shipped_policies_have_the_method_of_their_seat() -> None:
    shipped = shipped_policies()
    assert set(shipped) == set(SEATS)
    assert all(callable(policy.decide) for seat in shipped.values() for policy in seat.values())


def test_adds_policies_and_replaces_those_of_the_same_name(tmp_path: Path) -> None:
    file = written(tmp_path, 'POLICIES = {"transfer": {"mine": Mine, "balance": Mine}}')
    known = policies_by_seat([file])
    assert known["transfer"]["mine"] is known["transfer"]["balance"]
    assert known["transfer"]["mine"].__name__ == "Mine"
    assert known["transfer"]["stay_put"] is shipped_policies()["transfer"]["stay_put"]
    assert "mine" not in policies_by_seat()["transfer"]


def test_a_file_is_run_once_in_a_process(tmp_path: Path) -> None:
    file = tmp_path / "counting.py"
    file.write_text("POLICIES = {}\n")
    first = load_file(file)
    file.write_text("raise SystemError\n")
    assert load_file(file) is first


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "give a table POLICIES"),
        ("POLICIES = [Mine]", "give a table POLICIES"),
        ('POLICIES = {"tranfer": {"mine": Mine}}', "'tranfer': unknown seat; did you mean 'transfer'?"),
        ('POLICIES = {"transfer": {"mine": dict}}', "give a dataclass"),
        ('POLICIES = {"transfer": {"mine": 5}}', "give a dataclass"),
        ("def broken(:", "mend the file: SyntaxError"),
        ("1 / 0", "mend the file: ZeroDivisionError"),
    ],
)
def test_says_what_is_wrong_with_a_plugin(tmp_path: Path, text: str, expected: str) -> None:
    assert expected in fault_of(tmp_path, text)


def test_a_file_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="name a Python file that exists"):
        load_file(tmp_path / "none.py")
