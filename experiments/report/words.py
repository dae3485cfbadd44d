"""Put names, factors and measures into words."""

from collections.abc import Mapping, Sequence
from functools import reduce
from math import log10
from typing import Any

from experiments.measure_list import MEASURES
from experiments.report.catalogue import _, later
from experiments.report.folder import Cell
from experiments.report.numbers import decimals_for, difference_unit, scale_of
from experiments.report.phrases import FACTORS, PHRASES, SCALED, SHORT, SPOKEN, Spoken

MASS = ("staff", "equipment")
ACUITY_NAMES = {"1": later("1, most urgent"), "5": later("5, least urgent")}
MANY_FACTORS = 3
"""From so many swept factors on, a cell is named by what differs from its baseline."""
CONDITIONS = ("with ", "without ")
"""How a phrase begins that says under which conditions something is done."""
LATE = ("information", "delayed")
LAST_FACTORS = ("triage", "information", "records")


def spoken(measure: str, unit: str) -> Spoken:
    """Return how a measure is said; an unknown one by its own name and unit."""
    known = SPOKEN.get(measure)
    if known is None:
        return Spoken(measure.replace("_", " "), difference_unit(unit))
    return Spoken(_(known.thing), _(known.unit))


def decimals_of(measure: str, half_width: float) -> int:
    """Return the decimals of a measure's printed value: what its half-width deserves, one more than usual at most."""
    known = MEASURES.get(measure)
    if known is None:
        return decimals_for(half_width, 3)
    shift = round(log10(scale_of(known.unit)))
    return decimals_for(half_width, max(0, known.decimals - shift) + (half_width > 0))


def phrase(factor: str, value: str, configuration: Mapping[str, Any]) -> str:
    """Return a factor's value as part of a sentence."""
    if (factor, value) == LATE:
        return delayed_phrase(configuration)
    known = _(PHRASES.get((factor, value), "")) or counted_places(factor, value) or scaled_supply(factor, value)
    return known or f"{factor} = {value}"


def counted_places(factor: str, value: str) -> str:
    """Return a swept number of places in words, e.g. "227 acute beds"; nothing for any other factor."""
    owner, _dot, code = factor.rpartition(".")
    return _("{n} {place}s").format(n=value, place=code.replace("_", " ")) if owner.endswith(".places") else ""


def scaled_supply(factor: str, value: str) -> str:
    """Return a scenario, or a swept scale of the city, in words ("5 % more ward beds"); nothing for other factors."""
    if factor == "scenario":
        return _("“{name}”").format(name=value.replace("_", " "))
    thing = SCALED.get(factor)
    if thing is None:
        return ""
    percent = round(100 * (float(value) - 1), 1)
    if not percent:
        return _("{thing} as usual").format(thing=_(thing))
    fewer = _("{percent} % less {thing}") if thing in MASS else _("{percent} % fewer {thing}")
    text = _("{percent} % more {thing}") if percent > 0 else fewer
    return text.format(percent=f"{abs(percent):g}", thing=_(thing))


def delayed_phrase(configuration: Mapping[str, Any]) -> str:
    """Return how late beds are known, from `information.delay_min`."""
    group = configuration.get("information")
    delay_min = group.get("delay_min") if isinstance(group, Mapping) else None
    if not isinstance(delay_min, int | float) or delay_min <= 0:
        return _("with beds known late")
    return _("with beds known only {hours}\u00a0h late").format(hours=f"{delay_min / 60:g}")


def describe(cell: Cell) -> str:
    """Return a cell in words, e.g. "the nearest-free rule with live information"."""
    if not cell.factors:
        return _("the configuration as it stands")
    pairs = in_order(changed(cell))
    if not pairs:
        return _("the baseline") if "triage" in cell.factors else _("nobody sharing")
    conditions = [phrase(*pair, cell.configuration) for pair in pairs if _is_condition(pair)]
    doing = [phrase(*pair, cell.configuration) for pair in pairs if not _is_condition(pair)]
    if not doing:
        return _("deciding {conditions}").format(conditions=in_turn(conditions, _("{condition} and {next}")))
    if not conditions:
        return listed(doing)
    together = in_turn(conditions, _("{condition} {next}"))
    return _("{doing} {conditions}").format(doing=listed(doing), conditions=together)


def _is_condition(pair: tuple[str, str]) -> bool:
    """Return whether a factor's value says under which conditions something is done."""
    return pair == LATE or PHRASES.get(pair, "").startswith(CONDITIONS)


def in_turn(words: Sequence[str], template: str) -> str:
    """Return words put together by a template with {one}, or {condition}, and {next}; "" for none."""
    return (
        reduce(lambda one, following: template.format(one=one, condition=one, next=following), words) if words else ""
    )


def separated(words: Sequence[str]) -> str:
    """Return words with what the language puts between them: "a, b, c"."""
    return in_turn(words, _("{one}, {next}"))


def clauses(words: Sequence[str]) -> str:
    """Return parts of a sentence, side by side: "a; b"."""
    return in_turn(words, _("{one}; {next}"))


def paragraph(sentences: Sequence[str]) -> str:
    """Return whole sentences one after the other."""
    return in_turn(sentences, _("{one} {next}"))


def listed(words: Sequence[str]) -> str:
    """Return words as a sentence lists them: "a", "a and b", "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    return _("{words} and {last}").format(words=separated(words[:-1]), last=words[-1])


def changed(cell: Cell) -> Mapping[str, str]:
    """Return the factors of a cell; where there are many, only those that are not at their baseline."""
    baseline = (cell.configuration.get("run") or {}).get("baseline") or {}
    if len(cell.factors) < MANY_FACTORS:
        return cell.factors
    return {key: value for key, value in cell.factors.items() if str(baseline.get(key)) != str(value)}


def factor_name(factor: str) -> str:
    """Return a factor as a heading: "Staff" for staffing, else its own last word."""
    return _(FACTORS.get(factor, "")) or capitalized(factor.rpartition(".")[2].replace("_", " "))


def in_order(factors: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the factors as a sentence names them: what is done first, with what knowledge last."""
    return sorted(((key, str(value)) for key, value in factors.items()), key=lambda pair: _rank(pair[0]))


def _rank(factor: str) -> tuple[int, int, str]:
    first = list(FACTORS).index(factor) if factor in FACTORS else len(FACTORS)
    return LAST_FACTORS.index(factor) + 1 if factor in LAST_FACTORS else 0, first, factor


def describe_against(baseline: Cell, treatment: Cell) -> str:
    """Return of the baseline only what the treatment changes."""
    if len(baseline.factors) >= MANY_FACTORS:
        return describe(baseline)
    differing = {key: value for key, value in baseline.factors.items() if treatment.factors.get(key) != value}
    return describe(Cell(baseline.name, differing or baseline.factors, baseline.configuration))


def label(cell: Cell) -> str:
    """Return a cell as a short heading, e.g. "Balance model, live"."""
    differing = changed(cell)
    parts = [
        _(SHORT.get(pair, "")) or counted_places(*pair) or scaled_supply(*pair) or pair[1]
        for pair in in_order(differing)
    ]
    text = capitalized(separated(parts)) or (_("Nobody shares") if cell.factors else cell.name)
    return _("All: {cell}").format(cell=text) if len(differing) == len(cell.factors) >= MANY_FACTORS else text


def _short(factor: str, value: str) -> str:
    known = _(SHORT.get((factor, value), ""))
    return known or counted_places(factor, value) or scaled_supply(factor, value) or value


def capitalized(text: str) -> str:
    """Return the text with its first letter large, and nothing else changed."""
    return text[:1].upper() + text[1:]
