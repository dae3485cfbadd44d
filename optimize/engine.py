"""Run HiGHS on a program in arrays; only this module and `optimize.growing`, for programs that grow, know highspy.

`run` gives every solve a HiGHS object of its own (about 40 microseconds), so an answer cannot depend on the solves
before it: there is no basis, no clock and no random state to forget. `Held` keeps one object for programs that are
solved again and again with other numbers, and makes it forget.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import highspy
import numpy as np

from optimize.contract import Ending, SolveOptions
from optimize.program import FloatArray, IntArray, LinearProgram

_PROVEN = {
    highspy.HighsModelStatus.kOptimal: Ending.OPTIMAL,
    highspy.HighsModelStatus.kInfeasible: Ending.INFEASIBLE,
    highspy.HighsModelStatus.kUnbounded: Ending.UNBOUNDED,
}
_BY_COLUMNS = int(highspy.MatrixFormat.kColwise)
_FEASIBLE_POINT = 2
"""HiGHS's kSolutionStatusFeasible."""
_FROM_LP_AND_IRREDUCIBLE = int(highspy.IisStrategy.kIisStrategyFromLp) + int(
    highspy.IisStrategy.kIisStrategyIrreducible
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What HiGHS said about a program with n columns and m rows.

    Args:
        ending: how it ended.
        values: shape (n,), whole where the program says so; None without a solution.
        row_prices: shape (m,), change of the optimal objective per unit of a row's bound; None unless a
            linear program ended OPTIMAL.
        objective: value of the solution, None without one.
        bound: proven limit of the objective, None where nothing is proven.
        nodes: branch-and-bound nodes.
        fuse_blown: whether the wall-clock fuse ended the run.
    """

    ending: Ending
    values: FloatArray | None = None
    row_prices: FloatArray | None = None
    objective: float | None = None
    bound: float | None = None
    nodes: int = 0
    fuse_blown: bool = False


class Held:
    """One HiGHS object that keeps a program; bounds and costs change in place, and every run forgets the one before.

    Args:
        program: what to solve first.
        options: how hard to try, in every run.

    Attributes:
        program: the arrays with all changes; assign a program that differs only through the methods below.

    Raises:
        ValueError: if a cost or coefficient is not finite, a bound is NaN, or HiGHS refuses the program.
    """

    def __init__(self, program: LinearProgram, options: SolveOptions) -> None:
        _check_numbers(program)
        self.program = program
        self._options = options
        self._highs = _loaded(program, options)
        self._start: tuple[IntArray, FloatArray] | None = None
        self._has_run = False

    def change_costs(self, columns: IntArray, costs: FloatArray) -> None:
        """Set the objective's coefficients of `columns`; both of shape (k,)."""
        self._highs.changeColsCost(columns.size, columns.astype(np.int32), _finite("costs", costs))

    def change_row_bounds(self, rows: IntArray, lower: FloatArray, upper: FloatArray) -> None:
        """Set lower and upper bounds of `rows`; all of shape (k,), ±inf for none."""
        low, high = _number("row_lower", lower), _number("row_upper", upper)
        self._highs.changeRowsBounds(rows.size, rows.astype(np.int32), low, high)  # type: ignore[attr-defined]

    def change_column_bounds(self, columns: IntArray, lower: FloatArray, upper: FloatArray) -> None:
        """Set lower and upper bounds of `columns`; all of shape (k,), ±inf for none."""
        low, high = _number("column_lower", lower), _number("column_upper", upper)
        self._highs.changeColsBounds(columns.size, columns.astype(np.int32), low, high)

    def start_from(self, columns: IntArray, values: FloatArray) -> None:
        """Offer values of some columns as the beginning of a solution of the next run; the solver completes them."""
        self._start = columns, values

    def run(self, go_on: bool = False) -> Answer:
        """Solve the present numbers on one thread, silently, as if nothing had been solved before.

        Args:
            go_on: begin at the vertex of the run before instead. Then of several optimal vertices it may find another
                one, but the same runs in the same order give the same answers.
        """
        highs = self._highs
        if not self.program.costs.size:
            return _without_columns(self.program)
        if self._has_run:
            if not go_on:
                highs.clearSolver()
            highs.setOptionValue("time_limit", highs.getRunTime() + self._options.fuse_seconds)
        if self._start is not None:
            columns, values = self._start
            highs.setSolution(columns.size, columns.astype(np.int32), values.astype(np.float64))
            self._start = None
        self._has_run = True
        highs.run()
        return _answer(self.program, highs, self._options)


def run(program: LinearProgram, options: SolveOptions) -> Answer:
    """Solve `program` on one thread, silently, whatever was solved before.

    Raises:
        ValueError: if a cost or coefficient is not finite, a bound is NaN, or HiGHS refuses the program.
    """
    return Held(program, options).run()


def _answer(program: LinearProgram, highs: highspy.Highs, options: SolveOptions) -> Answer:
    """Read what a run of HiGHS came to; a solution that does not hold when it is summed up again is none."""
    status = highs.getModelStatus()
    if status == highspy.HighsModelStatus.kUnboundedOrInfeasible:
        return _unbounded_or_infeasible(program, options)
    ending = _PROVEN.get(status) or _stopped(highs)
    fuse_blown = status == highspy.HighsModelStatus.kTimeLimit
    nodes = max(0, int(highs.getInfo().mip_node_count))
    bound = _bound(program, highs, ending)
    if ending not in (Ending.OPTIMAL, Ending.FEASIBLE):
        return Answer(ending, bound=bound, nodes=nodes, fuse_blown=fuse_blown)
    values, objective = _values(program, highs), float(highs.getObjectiveValue())
    if not program.is_solved_by(values, objective):
        return Answer(Ending.NO_ANSWER, nodes=nodes, fuse_blown=fuse_blown)
    prices = _row_prices(program, highs, ending)
    return Answer(ending, values, prices, objective, bound, nodes, fuse_blown)


def _loaded(program: LinearProgram, options: SolveOptions) -> highspy.Highs:
    """Make a HiGHS object that holds the program and the options."""
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in _settings(options):
        highs.setOptionValue(name, value)
    sense = highspy.ObjSense.kMaximize if program.maximize else highspy.ObjSense.kMinimize
    status = highs.passModel(
        program.costs.size,
        program.row_lower.size,
        program.coefficients.size,
        _BY_COLUMNS,
        int(sense),
        program.offset,
        program.costs,
        program.column_lower,
        program.column_upper,
        program.row_lower,
        program.row_upper,
        program.starts.astype(np.int32),
        program.row_indices.astype(np.int32),
        program.coefficients,
        program.integer.astype(np.int32),
    )
    if status == highspy.HighsStatus.kError:
        raise ValueError("HiGHS refuses the program; look for coefficients beyond 1e15")
    return highs


def _check_numbers(program: LinearProgram) -> None:
    """Refuse what HiGHS would take in silence, such as an infinite cost."""
    for name in ("costs", "coefficients"):
        _finite(name, getattr(program, name))
    for name in ("column_lower", "column_upper", "row_lower", "row_upper"):
        _number(name, getattr(program, name))


def _finite(name: str, numbers: FloatArray) -> FloatArray:
    if not np.isfinite(numbers).all():
        raise ValueError(f"{name} of the program hold NaN or inf; give finite numbers")
    return numbers


def _number(name: str, numbers: FloatArray) -> FloatArray:
    if np.isnan(numbers).any():
        raise ValueError(f"{name} of the program holds NaN; give a number or inf for no bound")
    return numbers


def _settings(options: SolveOptions) -> Iterator[tuple[str, bool | int | float | str]]:
    """List HiGHS's names and values of the options; silence comes first."""
    yield "output_flag", False
    yield "threads", 1
    yield "solver", "simplex"  # a linear program ends at a vertex; mixed-integer ones have their own setting
    yield "random_seed", options.seed
    yield "mip_rel_gap", options.gap
    yield "time_limit", options.fuse_seconds
    yield "presolve", "on" if options.presolve else "off"
    if options.node_limit is not None:
        yield "mip_max_nodes", options.node_limit


def _without_columns(program: LinearProgram) -> Answer:
    """Answer a program that has nothing to choose; HiGHS would not look at its rows."""
    if (program.row_lower > 0).any() or (program.row_upper < 0).any():
        return Answer(Ending.INFEASIBLE)
    nothing, free = np.empty(0), np.zeros(program.row_lower.size)
    return Answer(Ending.OPTIMAL, nothing, free, program.offset, program.offset)


def _stopped(highs: highspy.Highs) -> Ending:
    """Name the ending of a run that a limit stopped."""
    found = highs.getInfo().primal_solution_status == _FEASIBLE_POINT
    return Ending.FEASIBLE if found else Ending.NO_ANSWER


def _unbounded_or_infeasible(program: LinearProgram, options: SolveOptions) -> Answer:
    """Settle what HiGHS left open: the program is unbounded exactly if it is feasible."""
    feasibility = run(program.without_costs(), options)
    if feasibility.values is not None:
        return Answer(Ending.UNBOUNDED)
    return Answer(feasibility.ending, nodes=feasibility.nodes, fuse_blown=feasibility.fuse_blown)


def _bound(program: LinearProgram, highs: highspy.Highs, ending: Ending) -> float | None:
    """Read the proven limit of the objective, None where nothing is proven."""
    if program.integer.any():
        bound = float(highs.getInfo().mip_dual_bound)
        proven = ending in (Ending.OPTIMAL, Ending.FEASIBLE, Ending.NO_ANSWER) and np.isfinite(bound)
        return bound if proven else None
    return float(highs.getObjectiveValue()) if ending is Ending.OPTIMAL else None


def _values(program: LinearProgram, highs: highspy.Highs) -> FloatArray:
    """Read the columns; whole ones are rounded, because HiGHS keeps them whole within 1e-6 only."""
    values = np.array(highs.getSolution().col_value, dtype=np.float64)
    return np.where(program.integer, np.rint(values), values) + 0.0  # adding 0 turns -0 into 0


def _row_prices(program: LinearProgram, highs: highspy.Highs, ending: Ending) -> FloatArray | None:
    """Read the dual values of the rows, which only a solved linear program has."""
    if ending is not Ending.OPTIMAL or program.integer.any():
        return None
    return np.array(highs.getSolution().row_dual, dtype=np.float64) + 0.0


@dataclass(frozen=True, slots=True)
class Suspects:
    """Rows and column bounds of a linear program that HiGHS holds responsible for its being infeasible.

    Args:
        rows: positions of rows.
        lower_columns: positions of columns whose lower bound takes part.
        upper_columns: positions of columns whose upper bound takes part.
    """

    rows: tuple[int, ...]
    lower_columns: tuple[int, ...]
    upper_columns: tuple[int, ...]


def suspects(program: LinearProgram, options: SolveOptions) -> Suspects:
    """Ask HiGHS for an irreducible infeasible set of a linear program; all empty if it finds none."""
    highs = _loaded(program, options)
    highs.setOptionValue("iis_strategy", _FROM_LP_AND_IRREDUCIBLE)
    _, found = highs.getIis()
    columns = list(zip(found.col_index_, found.col_bound_, strict=True))
    boxed = int(highspy.IisBoundStatus.kIisBoundStatusBoxed)
    lower = (boxed, int(highspy.IisBoundStatus.kIisBoundStatusLower))
    upper = (boxed, int(highspy.IisBoundStatus.kIisBoundStatusUpper))
    return Suspects(
        tuple(found.row_index_),
        tuple(column for column, bound in columns if bound in lower),
        tuple(column for column, bound in columns if bound in upper),
    )
