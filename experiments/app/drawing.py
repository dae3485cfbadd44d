"""Draw intervals as small pictures: differences below each other, and one interval that becomes narrower."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from markupsafe import Markup

from experiments.statistics import Interval

WIDTH, HEIGHT, LINE = 320, 150, 26
EDGE = 6
TITLE = Markup('<svg class="drawn" viewBox="0 0 {} {}" role="img" aria-label="{}">')


@dataclass(frozen=True, slots=True)
class Scale:
    """Turn values between `low` and `high` into places between two ends of a picture."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> str:
        """Return the place of a value, rounded to tenths; what lies outside is put on the edge."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return f"{self.start + share * (self.end - self.start):.1f}"


def span_of(intervals: Sequence[Interval]) -> tuple[float, float]:
    """Return the ends of all intervals and zero, never equal."""
    ends = [end for one in intervals for end in (one.low, one.high, one.mean) if isfinite(end)]
    low, high = min([0.0, *ends]), max([0.0, *ends])
    return (low, high) if low < high else (low - 1.0, high + 1.0)


def whiskers(one: Interval, ends: tuple[float, float], verdict: str, words: str) -> Markup:
    """Return one difference with its interval on a line from `ends`, with zero marked."""
    across, middle = Scale(*ends, EDGE, WIDTH - EDGE), LINE / 2
    parts = [TITLE.format(WIDTH, LINE, words), _line(across(0.0), 0, across(0.0), LINE, "zero")]
    if isfinite(one.half_width):
        parts.append(_line(across(one.low), middle, across(one.high), middle, f"whisker {_class(verdict)}"))
    dot = Markup('<circle cx="{}" cy="{}" r="4.5" class="dot {}"/>')
    return Markup("").join([*parts, dot.format(across(one.mean), middle, _class(verdict)), Markup("</svg>")])


def funnel(narrowing: Sequence[Interval], words: str) -> Markup:
    """Return how an interval became narrower as replications came, from left to right, with zero marked."""
    along = Scale(narrowing[0].n, max(narrowing[-1].n, narrowing[0].n + 1), EDGE, WIDTH - EDGE)
    settled = narrowing[1:] or narrowing  # the first interval has one degree of freedom: twelve times too wide to draw
    low, high = span_of(settled)
    down = Scale(low, high, HEIGHT - EDGE, EDGE)
    upper = [f"{along(one.n)},{down(one.high)}" for one in narrowing]
    lower = [f"{along(one.n)},{down(one.low)}" for one in narrowing]
    means = " ".join(f"{along(one.n)},{down(one.mean)}" for one in narrowing)
    parts = [
        TITLE.format(WIDTH, HEIGHT, words),
        Markup('<polygon class="band" points="{}"/>').format(" ".join([*upper, *reversed(lower)])),
        _line(EDGE, down(0.0), WIDTH - EDGE, down(0.0), "zero"),
        Markup('<polyline class="mean" points="{}"/>').format(means),
        *(Markup('<circle cx="{}" cy="{}" r="2.5" class="dot"/>').format(along(o.n), down(o.mean)) for o in narrowing),
        Markup("</svg>"),
    ]
    return Markup("").join(parts)


def _line(x1: object, y1: object, x2: object, y2: object, kind: str) -> Markup:
    return Markup('<line x1="{}" y1="{}" x2="{}" y2="{}" class="{}"/>').format(x1, y1, x2, y2, kind)


def _class(verdict: str) -> str:
    return verdict if verdict in ("better", "worse") else "undecided"
