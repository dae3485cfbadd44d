"""A ward that is small enough to be rostered by hand: one week, day and night shifts, three people."""

from optimize.roster.case import Cover, Employee, Request, RosterCase, Shift

WEEK = 7
DAY, NIGHT = 0, 1
ONE_WEEK_TEXT = """\
# a ward of three
SECTION_HORIZON
7

SECTION_SHIFTS
D,480,
N,600,D

SECTION_STAFF
ann,D=7|N=0,1920,960,3,2,2,1
ben,D=7|N=2,2400,960,4,2,2,1
cat,D=7|N=2,2400,960,4,1,1,0

SECTION_DAYS_OFF
ann,0
cat,2,3

SECTION_SHIFT_ON_REQUESTS
ben,1,D,3

SECTION_SHIFT_OFF_REQUESTS
ann,2,D,2

SECTION_COVER
0,D,1,100,1
1,D,2,100,1
1,N,1,100,1
2,D,1,100,1
5,D,1,100,1
"""


def ward() -> RosterCase:
    """Return the case that `ONE_WEEK_TEXT` describes."""
    shifts = (Shift("D", 480), Shift("N", 600, frozenset({"D"})))
    employees = (
        Employee("ann", {"D": 7, "N": 0}, 960, 1920, 3, 2, 2, 1, frozenset({0})),
        Employee("ben", {"D": 7, "N": 2}, 960, 2400, 4, 2, 2, 1),
        Employee("cat", {"D": 7, "N": 2}, 960, 2400, 4, 1, 1, 0, frozenset({2, 3})),
    )
    requests = (Request("ben", 1, "D", 3, True), Request("ann", 2, "D", 2, False))
    needs = [(0, "D", 1), (1, "D", 2), (1, "N", 1), (2, "D", 1), (5, "D", 1)]
    covers = tuple(Cover(day, shift, required, 100, 1) for day, shift, required in needs)
    return RosterCase(WEEK, shifts, employees, requests, covers)
