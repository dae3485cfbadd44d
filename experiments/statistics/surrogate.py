"""Predict the mean of an outcome where nothing was simulated: a Gaussian process over points of the unit cube.

Means of replications are a smooth surface plus noise of known variance (stochastic kriging, Ankenman, Nelson and Staum
2010, doi:10.1287/opre.1090.0754), with a Matérn kernel of smoothness 5/2 and one length for each coordinate, fitted by
marginal likelihood (Rasmussen and Williams 2006, chapters 2, 4 and 5). On common random numbers every replication
lifts or lowers all points alike: that part is taken out of the noise between points and added to every interval.

Each point is predicted from all others in closed form (ibid., equation 5.12); when those errors are larger than the
process thinks, its standard deviations are multiplied by what is lacking (Dubrule 1983, doi:10.1007/BF01032692 for the
leave-one-out formulas). Expected improvement: Jones, Schonlau and Welch 1998, doi:10.1023/A:1008306431147.
"""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.linalg import cho_solve
from scipy.special import ndtr
from sklearn.exceptions import ConvergenceWarning
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern

from experiments.statistics.intervals import LEVEL, t_quantile
from sim.units import FloatArray

LENGTHS = (0.3, 1.0, 3.0)
"""Where the search for lengths starts, in sides of the cube; the best of them is kept."""
BOUNDS = (0.05, 20.0)
JITTER = 1e-8


@dataclass(frozen=True, slots=True, eq=False)
class Noise:
    """State means of replications, shape (m,), their variances apart from what is common, and that of the common.

    The last is known from so many replications; 0 where it could not be told apart.
    """

    means: FloatArray
    variances: FloatArray
    common: float
    n_common: int = 0


def noise_of(values: FloatArray) -> Noise:
    """Return the noise of `values`, shape (m, n), NaN where a point has no such replication, at least two in a row.

    Where two replications or more are there at all points, what each one does to all of them alike is told apart, so
    that points with other replications can be compared; the variance of a point is drawn halfway to that of all.
    """
    counts = np.isfinite(values).sum(axis=1)
    whole = np.isfinite(values).all(axis=0)
    if len(values) < 2 or whole.sum() < 2:
        return Noise(np.nanmean(values, axis=1), np.nanvar(values, axis=1, ddof=1) / counts, 0.0)
    known = np.isfinite(values).any(axis=0)
    lifts = np.nanmean(values[:, known] - values[:, whole].mean(axis=1, keepdims=True), axis=0)
    lifts -= lifts.mean()
    rest = values[:, known] - lifts
    m, n = len(values), int(known.sum())
    own = np.nanvar(rest, axis=1, ddof=1) * m / (m - 1)
    common = max(float(lifts.var(ddof=1)) - float(own.mean()) / m, 0.0)
    return Noise(np.nanmean(rest, axis=1), 0.5 * (own + own.mean()) / counts, common / n, n)


@dataclass(frozen=True, slots=True, eq=False)
class Surrogate:
    """Hold a fitted process.

    `left_out` are the predictions of every point from the others, `left_out_sd` their standard deviations for a mean
    with its noise, before `inflation`, by which all standard deviations are multiplied. `common_sd` is what the
    replications do to all points alike.
    """

    process: Any
    points: FloatArray
    noise: Noise
    left_out: FloatArray
    left_out_sd: FloatArray
    inflation: float

    @property
    def explained(self) -> float:
        """Return the share of the variance between points that predictions of left out points explain (Q²)."""
        total = float(np.sum((self.noise.means - self.noise.means.mean()) ** 2))
        return 1 - float(np.sum((self.left_out - self.noise.means) ** 2)) / total if total > 0 else 0.0

    @property
    def error(self) -> float:
        """Return the root mean square error of predictions of left out points, in the unit of the outcome."""
        return float(np.sqrt(np.mean((self.left_out - self.noise.means) ** 2)))

    def predict(self, points: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the expected mean and its standard deviation between points, each of shape (k,)."""
        mean, sd = self.process.predict(points, return_std=True)
        return mean, sd * self.inflation

    def intervals(self, points: FloatArray, level: float = LEVEL) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return the expected mean, and the lower and upper end of its interval."""
        mean, sd = self.predict(points)
        width = np.hypot(self.quantile(level) * sd, self.common_half_width(level))
        return mean, mean - width, mean + width

    def quantile(self, level: float = LEVEL) -> float:
        """Return how many standard deviations an interval between points is wide to either side."""
        return t_quantile(max(len(self.points) - 1, 1), level)

    def common_half_width(self, level: float = LEVEL) -> float:
        """Return the half-width of what replications do to all points alike; 0 where that was not told apart."""
        n = self.noise.n_common
        return t_quantile(n - 1, level) * float(np.sqrt(self.noise.common)) if n else 0.0

    def improvement(self, points: FloatArray, sign: int) -> FloatArray:
        """Return by how much each point is expected to be better than the best one known; `sign` 1: higher is better.

        The best one known is the best prediction at a simulated point, for its mean has noise.
        """
        best = float(np.max(sign * self.predict(self.points)[0]))
        mean, sd = self.predict(points)
        lead = sign * mean - best
        safe = np.where(sd > 0, sd, 1.0)
        density = np.exp(-((lead / safe) ** 2) / 2) / np.sqrt(2 * np.pi)
        return np.where(sd > 0, lead * ndtr(lead / safe) + sd * density, np.maximum(lead, 0.0))


def fit(points: FloatArray, values: FloatArray) -> Surrogate:
    """Return the process fitted to points, shape (m, d), and their values, shape (m, n), two replications or more."""
    noise = noise_of(values)
    scale = float(noise.means.std()) or 1.0
    alpha = noise.variances / scale**2 + JITTER
    fitted = [_fitted(points, noise.means, alpha, length) for length in LENGTHS]
    process = max(fitted, key=lambda one: float(one.log_marginal_likelihood_value_))
    inverse = cho_solve((process.L_, True), np.eye(len(points)))
    errors = scale * (inverse @ ((noise.means - noise.means.mean()) / scale)) / np.diag(inverse)
    sd = scale / np.sqrt(np.diag(inverse))
    inflation = max(1.0, float(np.sqrt(np.mean((errors / sd) ** 2))))
    return Surrogate(process, points, noise, noise.means - errors, sd, inflation)


def _fitted(points: FloatArray, means: FloatArray, alpha: FloatArray, length: float) -> Any:
    shape = Matern([length] * points.shape[1], BOUNDS, nu=2.5)
    kernel = ConstantKernel(1.0, (0.01, 100.0)) * shape
    made = GaussianProcessRegressor(kernel, alpha=alpha, normalize_y=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # lengths at a bound: the outcome is straight, or flat
        return made.fit(points, means)
