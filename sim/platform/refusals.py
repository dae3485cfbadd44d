"""Refuse what cannot be: the field, the value, and how to mend it."""

import math
from collections.abc import Iterable
from difflib import get_close_matches

from sim.faults import Fault, ScenarioError

LONGEST_LIST = 10


def refusal(field: str, value: object, mend: str) -> ScenarioError:
    """Return the error of one fault."""
    return ScenarioError([Fault(field, value, mend)])


def stop_at(faults: Iterable[Fault]) -> None:
    """Raise all faults, if there are any.

    Raises:
        ScenarioError: with the faults.
    """
    found = list(faults)
    if found:
        raise ScenarioError(found)


def unknown(kind: str, name: str, known: Iterable[str]) -> ScenarioError:
    """Return the error of an id that nothing has, with the one that was probably meant."""
    names = list(known)
    near = get_close_matches(name, names, n=1)
    shown = ", ".join(names[:LONGEST_LIST]) + (", ..." if len(names) > LONGEST_LIST else "")
    mend = f"use one of {shown}" if names else f"there is no {kind} yet"
    return refusal(kind, name, f"did you mean {near[0]!r}? Otherwise {mend}" if near else mend)


def window_faults(field: str, starts_min: float, ends_min: float, units: int) -> Iterable[Fault]:
    """Yield what is impossible about so many units in a window."""
    if not (math.isfinite(starts_min) and starts_min < ends_min < math.inf):
        yield Fault(f"{field}.ends", "not after the start", "let the window end after it starts")
    if units < 1:
        yield Fault(f"{field}.units", units, "give a whole number of 1 or more")
