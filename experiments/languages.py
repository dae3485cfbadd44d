"""List the languages that a report can be written in, and set one."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

from experiments.schema import close_match
from sim.faults import Fault

ENGLISH = "en"
SUFFIX = ".po"


@dataclass(slots=True)
class ReportSettings:
    """Set in which language a run's report is written: "en", or that of a file of translations, such as "zh"."""

    language: str = ENGLISH

    def faults(self, place: str) -> Iterator[Fault]:
        """Yield a fault for a language that there is no file of."""
        yield from language_faults(self.language, f"{place}.language")


def translations_folder() -> Traversable:
    """Return where one file for each language but English lies."""
    return files("experiments").joinpath("report", "catalogue")


def languages() -> tuple[str, ...]:
    """Return the codes of all languages: English, and one for each file of translations."""
    found = (file.name for file in translations_folder().iterdir())
    return (ENGLISH, *sorted(name.removesuffix(SUFFIX) for name in found if name.endswith(SUFFIX)))


def language_faults(code: str, place: str) -> Iterator[Fault]:
    """Yield a fault for a language that there is no file of."""
    if code not in languages():
        yield Fault(place, code, close_match(code, languages()))
