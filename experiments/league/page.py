"""Write one page over several runs: who is probably the best, what is good at what, and every interval."""

from collections.abc import Sequence
from pathlib import Path

from markupsafe import Markup

from experiments.columns import write_text
from experiments.league.entries import Entry, chosen_measures, entries_of
from experiments.league.figures import intervals, profiles, titled
from experiments.measures import MEASURES
from experiments.report.catalogue import _, language, speaking
from experiments.report.drawing import embedded_json, live_script
from experiments.report.folder import StoredRun
from experiments.report.numbers import number, plus_minus, scale_of
from experiments.report.page import POLICY, embedded_charts, environment, source_hash, template_text
from experiments.report.tables import Table
from experiments.report.words import decimals_of
from experiments.statistics import mean_interval
from experiments.statistics.leading import probabilities_of_best
from sim.streams import Replication, stream
from sim.units import FloatArray


def write_comparison(paths: Sequence[Path], out: Path, measure: str = "", code: str = "en") -> Path:
    """Write the page of these runs to `out` and return it; equal folders give equal bytes.

    Raises:
        ScenarioError: when a folder is not of a finished run, there are too few or many cells, or no such measure.
    """
    runs, entries = entries_of(paths)
    measures = chosen_measures(entries, measure)
    with speaking(code):
        write_text(page_of(runs, entries, measures), out)
    return out


def page_of(runs: Sequence[StoredRun], entries: Sequence[Entry], measures: Sequence[str]) -> str:
    """Return the page as text."""
    p_best = probabilities(entries, measures[0])
    best = entries[int(p_best.argmax())]
    drawn = (profiles(entries, measures, best.name), intervals(entries, measures, best.name))
    figures = {figure.name: figure for figure in drawn}
    style, script = template_text("style.css"), live_script()
    context = {
        "policy": POLICY.format(script=source_hash(script), style=source_hash(style)),
        "style": Markup(style),
        "script": Markup(script),
        "charts": Markup(embedded_json(embedded_charts(figures))),
        "language": language(),
        "title": _("How {n} ways of deciding compare").format(n=len(entries)),
        "answer": sentence(entries, measures[0], p_best),
        "doubt": doubt(entries),
        "league": league_table(entries, measures[0], p_best),
        "figures": figures,
        "runs": runs_table(runs, entries),
    }
    return environment().get_template("compare.html.j2").render(context)


def probabilities(entries: Sequence[Entry], measure: str) -> FloatArray:
    """Return the probability that each entry is the best in a measure, shape (k,); the same each time."""
    sign = -1.0 if MEASURES[measure].better == "lower" else 1.0
    generator = stream(Replication(0, 0), "league", measure)
    return probabilities_of_best(
        [sign * entry.of(measure) for entry in entries], [entry.group for entry in entries], generator
    )


def sentence(entries: Sequence[Entry], measure: str, p_best: FloatArray) -> str:
    """Return who is most probably the best in the measure that ranks."""
    place = int(p_best.argmax())
    text = _("In “{measure}”, “{entry}” is the best of {n} with a probability of {p} %.")
    return text.format(
        measure=titled(measure), entry=entries[place].name, n=len(entries), p=percent(float(p_best[place]))
    )


def doubt(entries: Sequence[Entry]) -> str:
    """Return how far the probabilities may be trusted."""
    fewest = min(len(entry.values) for entry in entries)
    paired = len({entry.group for entry in entries}) == 1
    same = (
        _("All met the same random numbers, replication by replication, and are compared in pairs.")
        if paired
        else _("Not all met the same random numbers: those that did not are compared as strangers.")
    )
    text = _(
        "Probabilities come from the Bayesian bootstrap over replications (Rubin 1981); the fewest replications of an"
        " entry are {n}, and with few of them the probabilities are too sure. {pairing} Runs of different cities or"
        " lengths can be set side by side here, but then they answer different questions."
    )
    return text.format(n=fewest, pairing=same)


def percent(share: float) -> str:
    """Return a probability in percent; what is nearly sure is never printed as sure."""
    if 0 < share < 0.001:
        return "< 0.1"
    return "> 99.9" if 0.999 < share < 1 else number(100 * share, 1)


def league_table(entries: Sequence[Entry], measure: str, p_best: FloatArray) -> Table:
    """Return the entries, the most probable best first: mean with interval, and the probability."""
    scale = scale_of(MEASURES[measure].unit)
    rows: list[tuple[str, ...]] = []
    for place in sorted(range(len(entries)), key=lambda one: (-round(float(p_best[one]), 9), entries[one].name)):
        entry = entries[place]
        found = mean_interval(entry.of(measure) * scale)
        shown = plus_minus(found.mean, found.half_width, decimals_of(measure, found.half_width))
        rank = str(len(rows) + 1)
        rows.append((rank, entry.name, str(len(entry.values)), shown, percent(float(p_best[place]))))
    columns = (_("Rank"), _("Way of deciding"), _("Replications"), titled(measure), _("Probability of being best, %"))
    caption = _("League: who is probably the best in “{measure}”").format(measure=titled(measure))
    return Table(caption, columns, tuple(rows), frozenset({0, 1}))


def runs_table(runs: Sequence[StoredRun], entries: Sequence[Entry]) -> Table:
    """Return the runs with their questions, seeds and the code that made them."""
    names = list(dict.fromkeys(entry.run for entry in entries))
    rows = tuple(
        (
            name,
            str(run.manifest.get("question") or ""),
            str(run.manifest.get("root_seed", "")),
            str(run.manifest.get("citycare", "")),
            str(run.manifest.get("code_hash", ""))[:12],
        )
        for run, name in zip((run for run in runs if len(run.measures)), names, strict=True)
    )
    columns = (_("Run"), _("Question"), _("Root seed"), _("CityCare"), _("Code"))
    return Table(_("The runs"), columns, rows, frozenset(range(5)))
