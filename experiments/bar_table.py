"""Write docs/diagnosis_bars.md: what models reach on real records that are not part of the project.

Run as `python -m experiments.bar_table FOLDER`, the folder holding `ktas/`, `nhamcs/` and `ddxplus/`
(docs/diagnosis.md).
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from experiments.build import build_scenario
from experiments.columns import write_text
from experiments.config import compose
from experiments.records import read_records
from experiments.report.tables import Table
from experiments.train.bars import Bar, bar_table, bars_of
from experiments.train.choice import MIXTURES, choice_table, choose
from experiments.train.crossed import patients_of
from experiments.train.ddxplus import judge_differential, read_shares
from experiments.train.generated import generated_bars
from experiments.train.plan import Plan, outcome_of
from experiments.train.trained import train

CHOOSE = "--choose"
TARGET_FILE = Path("docs/diagnosis_bars.md")
DDXPLUS, N_LEARNED, N_JUDGED, ROOT_SEED = Path("ddxplus"), 20_000, 10_000, 20261122
KTAS, NHAMCS = Path("ktas/ktas_moon2019.xlsx"), Path("nhamcs/nhamcs_linked_2012_2015.parquet")
TRAININGS = (
    (KTAS, "ktas", Plan("critical", ("nurse", "logistic", "ensemble", "logistic_with_nurse"), n_nested=5)),
    (KTAS, "ktas", Plan("admission", ("nurse", "logistic", "ensemble"), n_nested=1)),
    (NHAMCS, "nhamcs", Plan("admission", ("nurse", "logistic", "blend"), "blend", n_repeats=1)),
    (NHAMCS, "nhamcs", Plan("icu", ("nurse", "logistic", "blend"), "blend", n_repeats=1)),
)


def measured(folder: Path, trainings: Sequence[tuple[Path, str, Plan]] = TRAININGS) -> Iterator[Bar]:
    """Yield every bar after training on the files of a folder, and how generated patients compare.

    Raises:
        ScenarioError: when a file is missing.
    """
    for file, schema, plan in trainings:
        tell(f"{schema}, {plan.target}")
        trained = train(read_records(folder / file, schema), plan, tell)
        yield from bars_of(trained)
        if trained.ordered is not None:
            yield from generated_bars(trained, build_scenario(compose([])[0].settings), ROOT_SEED)


def differential(folder: Path, n_learned: int = N_LEARNED, n_judged: int = N_JUDGED) -> Iterator[Bar]:
    """Yield what a differential diagnosis loses to the best possible, at each share of evidence elicited.

    Raises:
        ScenarioError: when the shares are missing.
    """
    for row in judge_differential(read_shares(folder), n_learned, n_judged, ROOT_SEED):
        share = f"DDXPlus, {row.elicited_share:.0%} of evidence elicited"
        yield Bar(f"{share}: condition right (bound {row.bound.value:.4f}), lost to the bound", row.lost, high=0.02)


def chosen(folder: Path) -> str:
    """Return how mixtures of members compare within training folds of KTAS; the mixtures take some minutes."""
    records = read_records(folder / KTAS, "ktas")
    choice = choose(MIXTURES, patients_of(records), outcome_of(records, "critical"), None, (5, 2, 3))
    table = choice_table(choice)
    return f"{table.caption}\n\n{markdown(table)}"


def tell(line: str) -> None:
    """Say on the error stream how far the work is."""
    print(f"  {line}", file=sys.stderr, flush=True)


def markdown(table: Table) -> str:
    """Return a table in Markdown."""
    lines = [table.columns, ["---"] * len(table.columns), *table.rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def text_of(bars: Sequence[Bar]) -> str:
    """Return the page as text."""
    n_met = sum(bar.met for bar in bars)
    return (
        "# What diagnosis models reach\n\n"
        "Written by `make bars`; nothing here was typed by hand. Value (95 % interval), out of fold; how each is"
        f" measured: `docs/diagnosis.md`. {n_met} of {len(bars)} bars are met.\n\n{markdown(bar_table(bars))}\n"
    )


def main(arguments: Sequence[str]) -> int:
    """Train on the files of the folder that is named, and write the table; or show how the ensemble was chosen."""
    from sim.faults import ScenarioError

    folders = [word for word in arguments if word != CHOOSE]
    if len(folders) != 1:
        print(f"usage: python -m experiments.bar_table FOLDER [{CHOOSE}]", file=sys.stderr)
        return 2
    try:
        if CHOOSE in arguments:
            print(chosen(Path(folders[0])))
            return 0
        folder = Path(folders[0])
        text = text_of([*measured(folder), *differential(folder / DDXPLUS)])
    except ScenarioError as error:
        print(error, file=sys.stderr)
        return 2
    write_text(text, TARGET_FILE)
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
