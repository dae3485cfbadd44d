"""Turn a table of patients into numbers for a model: imputed, coded, and text weighed by how rare its words are."""

from typing import Any

from policies.diagnosis.members.base import NURSE, numbers_of
from policies.diagnosis.patients import Patients

MOST_WORDS = 400
"""Trees see so many words and pairs of words, the most frequent ones; the rest only by the directions of the text."""

CURVE_WEIGHT = 0.5
"""Splines stand beside the number itself, and count half."""


def for_lines(patients: Patients, uses_nurse: bool, curves: bool = False) -> Any:
    """Return what prepares a table for models that add up: scaled numbers, one column for a category, words.

    With `curves` each number comes as a quadratic spline too, so that too low and too high may both be urgent.
    """
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    parts = [("numbers", numbers, numbers_of(patients)), *_categories(patients, uses_nurse)]
    parts += [(f"{kind} of {text}", vectorizer, text) for text in patients.texts for kind, vectorizer in _vectorizers()]
    if not curves:
        return ColumnTransformer(parts)
    parts.append(("curves", _splines(), numbers_of(patients)))
    return ColumnTransformer(parts, transformer_weights={"curves": CURVE_WEIGHT})


def for_trees(patients: Patients, uses_nurse: bool, n_components: int = 40, random_state: int = 0) -> Any:
    """Return what prepares a dense table for trees: numbers, categories, and the main directions of the text."""
    from sklearn.compose import ColumnTransformer
    from sklearn.decomposition import TruncatedSVD
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline

    parts: list[Any] = [("numbers", SimpleImputer(strategy="median"), numbers_of(patients))]
    parts += _categories(patients, uses_nurse)
    for text in patients.texts:
        letters = dict(_vectorizers())["letters"]
        directions = TruncatedSVD(n_components, random_state=random_state)
        parts += [(f"directions of {text}", make_pipeline(letters, directions), text)]
        parts += [(f"words of {text}", _common_words(), text)]
    return ColumnTransformer(parts, sparse_threshold=0)


def _splines() -> Any:
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import SplineTransformer, StandardScaler

    splines = SplineTransformer(n_knots=5, degree=2, knots="quantile", extrapolation="constant")
    return make_pipeline(SimpleImputer(strategy="median"), splines, StandardScaler())


def _categories(patients: Patients, uses_nurse: bool) -> list[Any]:
    from sklearn.preprocessing import OneHotEncoder

    names = [*patients.categories, *([NURSE] if uses_nurse else [])]
    # Not sparse by itself: the transformer decides.
    encoder = OneHotEncoder(handle_unknown="ignore")
    return [("categories", encoder, names)] if names else []


def _vectorizers() -> list[tuple[str, Any]]:
    from sklearn.feature_extraction.text import TfidfVectorizer

    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), min_df=3, sublinear_tf=True)
    return [("words", words), ("letters", letters)]


def _common_words() -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(ngram_range=(1, 2), min_df=4, max_features=MOST_WORDS, binary=True, sublinear_tf=True)
