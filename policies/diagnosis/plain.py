"""Write a fitted logistic regression as plain numbers that can be read, and read it again."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from policies.diagnosis.members.base import FittedPipeline, seen
from policies.diagnosis.ordinal import logistic
from policies.diagnosis.patients import Patients
from sim.units import FloatArray

FORMAT = 1


@dataclass(frozen=True, slots=True)
class NumberTerm:
    """Hold what a number adds to the score: (x - mean) / scale times the weight, x being the median where missing."""

    median: float
    mean: float
    scale: float
    weight: float


@dataclass(frozen=True, slots=True)
class TextTerms:
    """Hold what the pieces of a text column add: `analyzer` cuts it into pieces of so many words or letters."""

    column: str
    analyzer: str
    ngram_range: tuple[int, int]
    terms: tuple[str, ...]
    idf: tuple[float, ...]
    weight: tuple[float, ...]

    def score(self, words: Any) -> FloatArray:
        """Return what the pieces add for n texts, (n,)."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        vectorizer = TfidfVectorizer(
            analyzer=self.analyzer, ngram_range=self.ngram_range, sublinear_tf=True, vocabulary=list(self.terms)
        )
        vectorizer.idf_ = np.array(self.idf)
        added: FloatArray = vectorizer.transform(words) @ np.array(self.weight)
        return added


@dataclass(frozen=True, slots=True)
class PlainLogistic:
    """Hold P(y | x) = 1 / (1 + exp(-(intercept + sum of terms))) as numbers by name."""

    uses_nurse: bool
    intercept: float
    numbers: Mapping[str, NumberTerm]
    categories: Mapping[str, Mapping[str, float]]
    texts: tuple[TextTerms, ...]

    def probability(self, patients: Patients) -> FloatArray:
        """Return P(y | x) of n patients, (n,)."""
        table = seen(patients, self.uses_nurse)
        score = np.full(len(table), self.intercept)
        for name, term in self.numbers.items():
            x = table[name].to_numpy(dtype=float)
            score += (np.where(np.isnan(x), term.median, x) - term.mean) / term.scale * term.weight
        for name, weights in self.categories.items():
            score += np.array([weights.get(str(word), 0.0) for word in table[name]])
        for text in self.texts:
            score += text.score(table[text.column])
        return logistic(score)

    def terms(self) -> Iterator[tuple[str, str, float]]:
        """Yield what each term is of, its name, and its weight in the score (the log of its odds ratio)."""
        for name, term in self.numbers.items():
            yield "number, per standard deviation", name, term.weight
        for name, weights in self.categories.items():
            for word, weight in weights.items():
                yield "category", f"{name}: {word}", weight
        for text in self.texts:
            if text.analyzer == "word":
                for word, weight in zip(text.terms, text.weight, strict=True):
                    yield "words", f"{text.column}: {word}", weight

    def to_json(self) -> str:
        """Write the model as JSON, every number exact."""
        return json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False, indent=1)

    @classmethod
    def from_json(cls, text: str) -> "PlainLogistic":
        """Read what `to_json` wrote.

        Raises:
            ValueError: if the text is no such model; says what is missing.
        """
        values = json.loads(text)
        wanted = ("format", "uses_nurse", "intercept", "numbers", "categories", "texts")
        missing = [name for name in wanted if name not in values]
        if missing or values["format"] != FORMAT:
            raise ValueError(f"this is no model of format {FORMAT}: it lacks {', '.join(missing) or 'that format'}")
        return cls(
            bool(values["uses_nurse"]),
            float(values["intercept"]),
            {name: NumberTerm(**term) for name, term in values["numbers"].items()},
            values["categories"],
            tuple(_text_terms(term) for term in values["texts"]),
        )


def _text_terms(term: Mapping[str, Any]) -> TextTerms:
    low, high = term["ngram_range"]
    pieces = (tuple(term[name]) for name in ("terms", "idf", "weight"))
    return TextTerms(term["column"], term["analyzer"], (low, high), *pieces)


def plain(fitted: FittedPipeline) -> PlainLogistic:
    """Return the numbers of a fitted pipeline that ends in a logistic regression."""
    table, regression = fitted.pipeline[0], fitted.pipeline[-1]
    made, weight = table.named_transformers_, regression.coef_[0]
    of = {name: weight[places] for name, places in table.output_indices_.items()}
    names = {name: columns for name, _, columns in table.transformers_}
    categories = {}
    if "categories" in made:
        sizes = np.cumsum([len(known) for known in made["categories"].categories_])[:-1]
        parts = zip(made["categories"].categories_, np.split(of["categories"], sizes), strict=True)
        categories = {
            name: dict(zip(map(str, known), part.tolist(), strict=True))
            for name, (known, part) in zip(names["categories"], parts, strict=True)
        }
    return PlainLogistic(
        fitted.uses_nurse,
        float(regression.intercept_[0]),
        dict(_numbers(names["numbers"], made["numbers"], of["numbers"])),
        categories,
        tuple(_texts(made, of, names)),
    )


def _numbers(names: list[str], steps: Any, weight: FloatArray) -> Iterator[tuple[str, NumberTerm]]:
    """Yield the terms of columns that are known of anybody; others were left out."""
    kept = [(name, median) for name, median in zip(names, steps[0].statistics_, strict=True) if not np.isnan(median)]
    scaler = steps[1]
    for (name, median), mean, scale, w in zip(kept, scaler.mean_, scaler.scale_, weight, strict=True):
        yield name, NumberTerm(float(median), float(mean), float(scale), float(w))


def _texts(made: Mapping[str, Any], of: Mapping[str, FloatArray], names: Mapping[str, str]) -> Iterator[TextTerms]:
    for key, vectorizer in made.items():
        if " of " in key:
            terms = tuple(map(str, vectorizer.get_feature_names_out()))
            idf, weight = tuple(vectorizer.idf_.tolist()), tuple(of[key].tolist())
            yield TextTerms(names[key], vectorizer.analyzer, tuple(vectorizer.ngram_range), terms, idf, weight)
