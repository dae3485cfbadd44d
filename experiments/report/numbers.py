"""Write numbers for people: as many digits as the uncertainty carries, a true minus sign, shares in percent."""

from math import floor, isfinite, log10

from experiments.report.catalogue import _

MINUS = "\u2212"
ABSENT = "\u2013"
NBSP = "\u00a0"
SHARE_UNITS = frozenset({"share", "probability"})


def scale_of(unit: str) -> float:
    """Return what a stored value is multiplied with to be printed: 100 for shares, else 1."""
    return 100.0 if unit in SHARE_UNITS else 1.0


def unit_in_words(unit: str) -> str:
    """Return the unit as printed beside a level: shares become percent."""
    return "%" if unit in SHARE_UNITS else _(unit)


def unit_in_sentence(unit: str) -> str:
    """Return the unit as a sentence says it: "USD a day" for USD/day."""
    return "%" if unit in SHARE_UNITS else _(unit.replace("/", " a "))


def difference_unit(unit: str) -> str:
    """Return the unit as printed beside a difference: shares differ by percentage points."""
    return _("percentage points") if unit in SHARE_UNITS else _(unit)


def decimals_for(half_width: float, most: int = 6) -> int:
    """Return the decimals that `half_width` deserves: two digits of it up to 35, one above; never more than `most`.

    This is the rounding rule of the Particle Data Group (Review of Particle Physics, introduction, section 5.3).
    `most` is also returned when the half-width says nothing.
    """
    if not isfinite(half_width) or half_width <= 0:
        return most
    exponent = floor(log10(half_width))
    digits = 2 if half_width / 10.0**exponent < 3.55 else 1
    return min(max(0, digits - 1 - exponent), most)


def number(value: float, decimals: int) -> str:
    """Return `value` with thousands marked and a true minus sign; a dash when it is not finite."""
    if not isfinite(value):
        return ABSENT
    text = f"{value:,.{decimals}f}"
    if float(text.replace(",", "")) == 0:
        text = text.lstrip("-")
    return text.replace("-", MINUS)


def amount(value: float) -> str:
    """Return `value` with at most two decimals, none of them zero at the end."""
    text = number(value, 2)
    return text.rstrip("0").rstrip(".") if "." in text else text


def signed(value: float, decimals: int) -> str:
    """Return `value` with its sign always shown, unless it rounds to zero."""
    text = number(value, decimals)
    plain = text.strip("0.,") in ("", MINUS, ABSENT)
    return text if plain or value < 0 else f"+{text}"


def plus_minus(value: float, half_width: float, decimals: int, sign: bool = False) -> str:
    """Return "value ± half-width"; the value alone when the half-width is unknown, or zero."""
    text = signed(value, decimals) if sign else number(value, decimals)
    return f"{text} ± {number(half_width, decimals)}" if isfinite(half_width) and half_width > 0 else text


def span(low: float, high: float, decimals: int, sign: bool = False) -> str:
    """Return "low to high"; a dash when the ends are not known."""
    write = signed if sign else number
    if not isfinite(low):
        return ABSENT
    return _("{low} to {high}").format(low=write(low, decimals), high=write(high, decimals))


def counted(n: int, noun: str) -> str:
    """Return "1 replication" or "10 replications"."""
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"
