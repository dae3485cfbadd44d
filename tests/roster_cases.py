"""Random rostering cases that are small enough to be enumerated."""

from itertools import product
from typing import Any

import numpy as np
from hypothesis import strategies as st

from optimize.roster.case import OFF, Cover, Employee, Request, Roster, RosterCase, Shift

SHIFTS = (Shift("D", 480), Shift("N", 600, frozenset({"D"}), night=True))


@st.composite
def employees(draw: st.DrawFn, name: str, n_days: int) -> Employee:
    """Draw an employee whose rules may bind, and may even be impossible to keep."""
    low, high = sorted((draw(st.integers(0, 4)) * 480, draw(st.integers(2, 8)) * 480))
    max_run = draw(st.integers(1, 4))
    days_off = draw(st.frozensets(st.integers(0, n_days - 1), max_size=2))
    given = draw(st.dictionaries(st.integers(0, n_days - 1), st.sampled_from("DN"), max_size=1))
    return Employee(
        name,
        {"D": draw(st.integers(0, n_days)), "N": draw(st.integers(0, 3))},
        low,
        high,
        max_run,
        draw(st.integers(1, min(3, max_run))),
        draw(st.integers(1, 3)),
        draw(st.integers(0, 2)),
        days_off,
        fixed={day: shift for day, shift in given.items() if day not in days_off},
    )


@st.composite
def cases(draw: st.DrawFn, n_staff: int = 1, n_days: int = 7, **options: Any) -> RosterCase:
    """Draw a case of day and night shifts."""
    staff = tuple(draw(employees(f"e{i}", n_days)) for i in range(n_staff))
    names, days, shifts = (
        st.sampled_from([one.name for one in staff]),
        st.integers(0, n_days - 1),
        st.sampled_from("DN"),
    )
    costs = st.integers(0, 5)
    requests = draw(st.lists(st.builds(Request, names, days, shifts, costs, st.booleans()), max_size=4))
    needs = draw(st.dictionaries(st.tuples(days, shifts), st.tuples(st.integers(0, n_staff), costs, costs), max_size=6))
    covers = tuple(Cover(*where, *numbers) for where, numbers in needs.items())
    return RosterCase(n_days, SHIFTS, staff, tuple(requests), covers, **options)


def all_days(case: RosterCase) -> list[Roster]:
    """Enumerate everything that one employee could do, rules apart."""
    choices = range(OFF, len(case.shifts))
    return [np.array(days, dtype=np.intp) for days in product(choices, repeat=case.n_days)]
