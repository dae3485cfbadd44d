"""Read what the options of a command say: times, durations, types and kinds; every fault at once."""

import argparse
import math
import re
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from experiments.resources.calendar import minutes_of, time_text
from experiments.resources.known_terms import known_terms, known_units
from experiments.resources.listing import Asker
from experiments.schema import close_match, stop_at
from sim.faults import Fault
from sim.platform.desk import Call
from sim.platform.kinds import SharedKind
from sim.platform.terms import Term

_DURATION = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)\s*([a-z]+)", re.ASCII | re.IGNORECASE)
LONGEST_WORD = 200


@dataclass(slots=True)
class Asked:
    """Turn options into values, collecting faults; `check` raises them."""

    options: argparse.Namespace
    faults: list[Fault] = field(default_factory=list)

    def check(self) -> None:
        """Raise what was wrong so far.

        Raises:
            ScenarioError: with every fault.
        """
        stop_at(self.faults)

    def call(self) -> Call:
        """Return who acts, when and why."""
        return Call(self.word("by"), self.now_min(), self.word("why", may_be_empty=True))

    def asker(self) -> Asker:
        """Return who asks, when and what for."""
        return Asker(self.word("by"), self.now_min(), self.word("purpose"))

    def now_min(self) -> float:
        """Return the time that was given, or the clock's, in minutes from time zero; whole minutes by the clock."""
        if self.options.at:
            return self.time_min("at", self.options.at)
        return minutes_of(datetime.now().replace(second=0, microsecond=0).isoformat())

    def time_min(self, name: str, text: str, default: float = math.nan) -> float:
        """Return a time in minutes from time zero; nothing gives the default."""
        try:
            return minutes_of(text) if text else default
        except ValueError as error:
            self.faults.append(Fault(f"--{name}", text, str(error)))
            return default

    def window(self, first: float = math.nan, last: float = math.inf) -> tuple[float, float]:
        """Return when the window starts and ends."""
        starts = self.time_min("from", self.options.starts, first)
        ends = self.time_min("until", self.options.ends, last)
        if starts >= ends:
            self.faults.append(Fault("--until", self.options.ends or time_text(ends), "let it end after it starts"))
        return starts, ends

    def minutes(self, name: str, text: str) -> float:
        """Return a duration such as "90 min", "2h" or "1.5 hours" in minutes."""
        found = _DURATION.fullmatch(text.strip())
        try:
            return float(known_units().convert(Fraction(found[1]), found[2], "min")) if found else math.nan
        except ValueError:
            found = None
            return math.nan
        finally:
            if found is None:
                self.faults.append(Fault(f"--{name}", text, "write a duration such as 90min, 2h or 1.5 h"))

    def term(self, text: str) -> Term | None:
        """Return what a type means; what no table knows is a fault with what it may have meant."""
        terms = known_terms(self.options.folder)
        found = terms.find(text)
        if found is None:
            near = terms.near(text)
            suggestion = f"did you mean {' or '.join(near)}? Otherwise " if near else ""
            self.faults.append(Fault("type", text, f"{suggestion}declare it in types.csv of the folder"))
        return found

    def kinds(self, text: str) -> tuple[SharedKind, ...]:
        """Return kinds of sharing, given with commas between; nothing is all of them."""
        words = [word.strip().lower() for word in text.split(",") if word.strip()]
        known = [kind.value for kind in SharedKind]
        self.faults += [Fault("--kinds", word, close_match(word, known)) for word in words if word not in known]
        return tuple(SharedKind(word) for word in words if word in known) or tuple(SharedKind)

    def word(self, name: str, may_be_empty: bool = False) -> str:
        """Return a text on one line that a spreadsheet does not take for a formula."""
        text = " ".join(str(getattr(self.options, name)).split())
        if not (text or may_be_empty):
            self.faults.append(Fault(f"--{name}", text, "fill it in"))
        if len(text) > LONGEST_WORD or not text.isprintable() or text.startswith(("=", "+", "@", "-")):
            mend = f"use at most {LONGEST_WORD} printable signs, and none of = + - @ as the first"
            self.faults.append(Fault(f"--{name}", text[:60], mend))
        return text
