"""Read what patients were asked and answered: a row for each answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from experiments.files.reading import read_sheet
from experiments.schema import stop_at
from sim.units import FloatArray

YES, NO = ("yes", "1", "true"), ("no", "0", "false")


@dataclass(frozen=True, slots=True, eq=False)
class Cases:
    """Hold n cases by name, and their answers (n, e): 1 yes, 0 no, NaN not asked."""

    names: tuple[str, ...]
    answers: FloatArray


def read_cases(path: Path, evidences: Sequence[str]) -> Cases:
    """Read `evidence,answer` of one case, or `case,evidence,answer` of several.

    Raises:
        ScenarioError: with every unknown evidence, every answer that is neither yes nor no, and questions asked twice.
    """
    sheet = read_sheet(path, ("evidence", "answer"))
    asked, said = sheet.texts("evidence", required=True), sheet.words("answer", (*YES, *NO))
    cases = [name or "1" for name in sheet.texts("case")]
    sheet.blame_unknown(asked, evidences, "evidence")
    sheet.blame_all([i for i, word in enumerate(said) if not word], "answer", "say yes or no, or leave the row out")
    sheet.blame_repeats(list(zip(cases, asked, strict=True)), "evidence", "give one answer to each question of a case")
    stop_at(sheet.all_faults())
    names = tuple(dict.fromkeys(cases))
    answers = np.full((len(names), len(evidences)), np.nan)
    for case, evidence, word in zip(cases, asked, said, strict=True):
        answers[names.index(case), evidences.index(evidence)] = float(word in YES)
    return Cases(names, answers)
