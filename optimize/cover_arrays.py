"""Write a covering program in arrays: what the Pyomo model of `optimize.cover` compiles to, without making it."""

import numpy as np
from scipy import sparse

from optimize.cover_case import CoverCase
from optimize.program import LinearProgram


def program_of(case: CoverCase) -> LinearProgram:
    """Return the program of a case; activities are columns and requirements rows, in their order."""
    columns = sparse.csc_array(case.coverage)
    columns.sort_indices()
    m, n = columns.shape
    return LinearProgram(
        maximize=False,
        offset=0.0,
        costs=case.cost.astype(np.float64),
        column_lower=np.zeros(n),
        column_upper=np.full(n, np.inf),
        row_lower=case.needed.astype(np.float64),
        row_upper=np.full(m, np.inf),
        starts=columns.indptr.astype(np.intp),
        row_indices=columns.indices.astype(np.intp),
        coefficients=columns.data.astype(np.float64),
        integer=np.full(n, case.whole),
    )
