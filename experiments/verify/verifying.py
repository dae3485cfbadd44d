"""Verify a run: files, measures, comparisons, page and sampled replications, each from what stands before it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path

import pandas as pd

from experiments.languages import ENGLISH, languages
from experiments.report.folder import StoredRun, read_comparisons, read_folder
from experiments.report.page import page_of
from experiments.store import REPORT, RunFolder
from experiments.verify import files
from experiments.verify.mismatch import Mismatch
from experiments.verify.printed import altered_page
from experiments.verify.recompared import (
    altered_attribution,
    altered_comparisons,
    as_written,
    attributed_again,
    compared_again,
)
from experiments.verify.remeasured import remeasured
from experiments.verify.replayed import replayed, sampled

LANGUAGE = re.compile(r'<html lang="([\w-]+)"')


@dataclass(frozen=True, slots=True)
class Verified:
    """Hold what was verified: how many values and replications, and everything that does not agree."""

    n_measured: int
    n_measures: int
    n_compared: int
    replays: tuple[str, ...]
    mismatches: tuple[Mismatch, ...]


def verify(path: Path, n_replays: int = 2, plugins: Sequence[str] = ()) -> Verified:
    """Verify the run in a folder; nothing is written.

    Raises:
        ScenarioError: when it is not the folder of a finished run.
    """
    run, folder = read_folder(path), RunFolder(path)
    receipts = files.receipts_of(folder)
    mismatches = [*files.missing_receipts(folder, receipts), *files.altered_files(folder, receipts)]
    measures = files.gathered(folder, receipts)
    mismatches += files.altered_measures(folder, measures)
    again = remeasured(folder, receipts, plugins)
    comparisons = compared_again(run.manifest, measures)
    attribution = attributed_again(run.manifest, measures, run.attribution)
    mismatches += [*again.mismatches, *altered_comparisons(folder, comparisons)]
    mismatches += altered_attribution(folder, attribution)
    mismatches += _page(run, measures, comparisons, attribution)
    chosen = sampled(receipts, n_replays)
    mismatches += replayed(folder, chosen, plugins)
    names = tuple(f"{one.cell} {one.replication}" for one in chosen)
    return Verified(again.n_values, again.n_stored, comparisons.size, names, tuple(mismatches))


def _page(
    run: StoredRun, measures: pd.DataFrame, comparisons: pd.DataFrame, attribution: pd.DataFrame
) -> list[Mismatch]:
    """Return what the report, where there is one, prints otherwise than the tables say."""
    path = run.path / REPORT
    if not path.is_file():
        return []
    printed = path.read_text(encoding="utf-8")
    compared = read_comparisons(StringIO(comparisons.to_csv(index=False, lineterminator="\n")))
    attributed = as_written(attribution) if len(attribution) else run.attribution
    spoken = LANGUAGE.search(printed)
    code = spoken[1] if spoken and spoken[1] in languages() else ENGLISH
    found = replace(run, measures=measures, comparisons=compared, attribution=attributed)
    return list(altered_page(printed, page_of(found, code)))
