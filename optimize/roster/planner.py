"""Roster a case of any size: search, then let the checker judge what was found."""

from collections.abc import Callable
from time import perf_counter

from optimize.contract import Ending, Solved
from optimize.roster.case import Roster, RosterCase
from optimize.roster.check import breaches, score
from optimize.roster.search import Effort, Progress, Search, UnrosterableError

WITHIN = 1e-6


def solve_roster(case: RosterCase, effort: Effort, tell: Callable[[Progress], None] = lambda _: None) -> Solved[Roster]:
    """Search for the roster of least cost; an interrupt (Ctrl-C) ends the search and keeps the best so far.

    The ending is OPTIMAL if the bound of the search is reached, INFEASIBLE if the rules of one employee alone
    cannot be kept, NO_ANSWER if cover is hard and nobody was found for some need.

    Args:
        case: the question.
        effort: how hard to search.
        tell: called with each better roster and the bound.

    Raises:
        ArithmeticError: if the checker finds a broken rule or another cost; this would be a fault of the search.
    """
    started = perf_counter()
    search = Search(case, effort, tell)
    try:
        search.run()
    except KeyboardInterrupt:
        pass
    except UnrosterableError:
        return Solved(Ending.INFEASIBLE, None, None, None, perf_counter() - started)
    seconds = perf_counter() - started
    bound = search.bound if search.bound > -float("inf") else None
    if search.roster is None or (case.cover_is_hard and _lacks_people(case, search.roster)):
        return Solved(Ending.NO_ANSWER, None, None, bound, seconds, fuse_blown=not search.clock.left)
    _check(case, search.roster, search.cost)
    ending = Ending.OPTIMAL if search.proven else Ending.FEASIBLE
    return Solved(ending, search.roster, search.cost, bound, seconds, fuse_blown=not search.clock.left)


def _lacks_people(case: RosterCase, roster: Roster) -> bool:
    return any(charge.kind == "under" for charge in score(case, roster).charges)


def _check(case: RosterCase, roster: Roster, cost: float) -> None:
    """Compare the search with the checker, which shares nothing with it."""
    broken, counted = breaches(case, roster), score(case, roster).total
    if broken or abs(counted - cost) > WITHIN * max(1.0, abs(counted)):
        raise ArithmeticError(f"the search found {cost}, the checker {counted}; broken: {'; '.join(broken) or 'none'}")
