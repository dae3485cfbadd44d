"""Texts that must stay byte-identical: one function each, named like the file beside this module."""

from collections.abc import Callable
from pathlib import Path

from optimize.cover import CoverProblem
from optimize.solver import text
from optimize.transfer import TransferProblem
from tests.golden.trace import trace
from tests.unit.test_cover import shifts
from tests.unit.test_transfer import two_wards

FOLDER = Path(__file__).parent
GOLDEN: dict[str, Callable[[], str]] = {
    "cover.lp": lambda: text(CoverProblem(shifts())),
    "trace.txt": trace,
    "transfer.lp": lambda: text(TransferProblem(two_wards(receiving_limit=[1, 2, 2]))),
}
