"""Judge a federated model beside one that had all patients in one place, and those of each hospital alone."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product, repeat
from math import hypot, isfinite

import numpy as np

from experiments.learning.federated import Course, Learned, Moments, fit_federated
from experiments.learning.secure_sum import FEWEST
from experiments.learning.sites import Site
from experiments.model_card import UNDEFINED, Estimate, auroc, auroc_difference, mean_of
from experiments.train.figures import over_repeats
from sim.faults import Fault
from sim.streams import Replication, stream
from sim.units import FloatArray, IntArray

FEDERATED, POOLED, OWN = "federated", "pooled", "own"
ALL = "mean of hospitals"
Figures = Mapping[str, Estimate]


@dataclass(frozen=True, slots=True)
class Judging:
    """Say how patients are divided: each hospital deals its own to the folds, by outcome, in random order."""

    n_folds: int = 5
    n_repeats: int = 5
    root_seed: int = 20261122

    def faults(self, sites: Sequence[Site]) -> Iterator[Fault]:
        """Yield what cannot be done with these hospitals."""
        for option, number, least in (("--folds", self.n_folds, 2), ("--repeats", self.n_repeats, 1)):
            if number < least:
                yield Fault(option, number, f"give at least {least}")
        y = np.concatenate([site.y for site in sites])
        fewest = int(min(y.sum(), (~y).sum()))
        if fewest < 2 * self.n_folds:
            yield Fault("--data", f"{fewest} patients of the rarer outcome", f"too few for {self.n_folds} folds")
        for site in sites:
            if len(site.y) < 2 * self.n_folds:
                mend = f"too few for {self.n_folds} folds; leave this hospital out, or ask for fewer folds"
                yield Fault(f"patients of {site.name}", len(site.y), mend)


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Hold figures by model and hospital, on patients whom a model has not learned from.

    `auroc` has a row for each model (federated, pooled, own, and the model of each hospital applied everywhere) and an
    entry for each hospital and their mean; `brier` the same of all but the single ones. `gaps` are paired differences
    of AUROC: federated less pooled, and less own. `outside` is the AUROC at each hospital of a federated model of the
    others.
    """

    auroc: Mapping[str, Figures]
    brier: Mapping[str, Figures]
    gaps: Mapping[str, Figures]
    outside: Figures
    everybody: Mapping[str, Estimate]


def judge_federated(sites: Sequence[Site], course: Course, judging: Judging) -> Judged:
    """Cross-validate every model on the same folds; nothing is chosen on the folds that judge.

    The AUROC compares patients of one hospital and repeat, and is averaged over hospitals: it does not credit a model
    for knowing in which hospital disease is common.
    """
    p = predictions(sites, course, judging)
    ours = (FEDERATED, POOLED, OWN)
    return Judged(
        {model: _aurocs(sites, each) for model, each in p.items()},
        {model: _briers(sites, p[model]) for model in ours},
        {model: _gaps(sites, p[FEDERATED], p[model]) for model in (POOLED, OWN)},
        _outside(sites, course) if len(sites) > FEWEST else {},
        {model: _everybody(p[model], sites) for model in ours},
    )


def predictions(sites: Sequence[Site], course: Course, judging: Judging) -> dict[str, list[FloatArray]]:
    """Return the out-of-fold probabilities of each model at each hospital, (n_repeats, n) each."""
    models = (FEDERATED, POOLED, OWN, *(site.name for site in sites))
    p = {m: [np.full((judging.n_repeats, len(site.y)), np.nan) for site in sites] for m in models}
    for k_repeat in range(judging.n_repeats):
        fold = [_dealt(site, k_repeat, judging) for site in sites]
        for k in range(judging.n_folds):
            learned = [site.where(f != k) for site, f in zip(sites, fold, strict=True)]
            fitted = fitted_models(learned, course)
            for m, (i, site) in product(models, enumerate(sites)):
                judged = fold[i] == k
                model = fitted[site.name if m == OWN else m]
                p[m][i][k_repeat, judged] = model.probability(site.table[judged])
    return p


def fitted_models(sites: Sequence[Site], course: Course) -> dict[str, Learned]:
    """Return the federated model, the pooled one, and that of each hospital alone, by name."""
    everybody = Site(POOLED, np.concatenate([s.table for s in sites]), np.concatenate([s.y for s in sites]))
    alone = {site.name: fit_alone(site, course.ridge) for site in (everybody, *sites)}
    return {FEDERATED: fit_federated(sites, course), **alone}


def fit_alone(site: Site, ridge: float) -> Learned:
    """Fit to the patients of one place, by a solver that has nothing in common with the federated one."""
    from sklearn.linear_model import LogisticRegression

    known = ~np.isnan(site.table)
    many = known.sum(axis=0)
    mean = np.where(known, site.table, 0.0).sum(axis=0) / np.maximum(many, 1)
    gaps = np.where(known, site.table - mean, 0.0)
    scale = np.sqrt((gaps**2).sum(axis=0) / np.maximum(many, 1))
    used = scale > 0
    moments = Moments(float(len(site.y)), mean, np.where(used, scale, 1.0), many / len(site.y), used)
    if site.y.all() or not site.y.any():
        return Learned(moments, np.zeros(len(mean) + 1))
    regression = LogisticRegression(C=1 / max(ridge, 1e-9), max_iter=5000, tol=1e-8)
    fit = regression.fit(moments.standardized(site.table)[:, 1:], site.y)
    return Learned(moments, np.concatenate((fit.intercept_, fit.coef_[0])))


def _dealt(site: Site, k_repeat: int, judging: Judging) -> IntArray:
    """Deal the patients of a hospital, those with the outcome first, to the folds in turn, in random order."""
    chance = stream(Replication(k_repeat, judging.root_seed), "federated", "folds", site.name)
    order = chance.permutation(len(site.y))
    order = order[np.argsort(~site.y[order], kind="stable")]
    fold = np.empty(len(site.y), dtype=np.int64)
    fold[order] = np.arange(len(site.y)) % judging.n_folds
    return fold


def _aurocs(sites: Sequence[Site], each: Sequence[FloatArray]) -> Figures:
    return _by_site(sites, ([auroc(one, site.y) for one in p] for site, p in zip(sites, each, strict=True)))


def _briers(sites: Sequence[Site], each: Sequence[FloatArray]) -> Figures:
    return _by_site(sites, ([mean_of((one - site.y) ** 2) for one in p] for site, p in zip(sites, each, strict=True)))


def _gaps(sites: Sequence[Site], each: Sequence[FloatArray], others: Sequence[FloatArray]) -> Figures:
    pairs = zip(sites, each, others, strict=True)
    return _by_site(sites, (list(map(auroc_difference, p, q, repeat(site.y))) for site, p, q in pairs))


def _by_site(sites: Sequence[Site], estimates: Iterable[Sequence[Estimate]]) -> Figures:
    """Return the mean over repeats of a figure at each hospital, and the mean of hospitals."""
    each = {site.name: over_repeats(of_repeats) for site, of_repeats in zip(sites, estimates, strict=True)}
    return {**each, ALL: mean_over(tuple(each.values()))}


def mean_over(estimates: Sequence[Estimate]) -> Estimate:
    """Return the mean of figures of different patients; those that do not exist are left out."""
    known = [one for one in estimates if isfinite(one.value)]
    if not known:
        return UNDEFINED
    half = hypot(*(one.half_width for one in known)) / len(known)
    return Estimate(sum(one.value for one in known) / len(known), half)


def _outside(sites: Sequence[Site], course: Course) -> Figures:
    """Return the AUROC at each hospital of a federated model that all others have trained."""
    figures = {}
    for site in sites:
        others = [one for one in sites if one is not site]
        figures[site.name] = auroc(fit_federated(others, course).probability(site.table), site.y)
    return {**figures, ALL: mean_over(tuple(figures.values()))}


def _everybody(p: Sequence[FloatArray], sites: Sequence[Site]) -> Estimate:
    """Return the AUROC over the patients of all hospitals together, which also credits knowing the hospital."""
    y = np.concatenate([site.y for site in sites])
    return over_repeats(auroc(one, y) for one in np.concatenate(list(p), axis=1))
