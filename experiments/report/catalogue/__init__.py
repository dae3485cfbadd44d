"""Say every text of a page in the language asked for: English stands in the code, each other language in one file.

A text is written `_("{n} beds of {place}").format(n=3, place=name)`, a count `many("{n} bed", "{n} beds", n)`, and a
constant `later("Beds")` where it is made, `_(...)` where it is shown. Translations stand in `LANGUAGE.po` beside this
module; what they lack stays English. `python -m experiments.report.catalogue.messages` brings them up to date.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache, reduce
from gettext import GNUTranslations, NullTranslations
from io import BytesIO

from experiments.languages import ENGLISH, SUFFIX, language_faults, translations_folder
from sim.faults import ScenarioError

Spoken = tuple[str, NullTranslations]
_SPOKEN: ContextVar[Spoken] = ContextVar("spoken", default=(ENGLISH, NullTranslations()))
UNBROKEN = ((" %", "\u00a0%"), ("} {unit}", "}\u00a0{unit}"))
"""No line ends between a number and what it counts."""


def _(text: str) -> str:
    """Return a text in the language that is spoken now; it may be a template with {placeholders}."""
    return _unbroken(_SPOKEN.get()[1].gettext(text)) if text else ""


def many(one: str, more: str, n: int) -> str:
    """Return the one text or the other by the rule of the language, with {n} filled in, thousands marked."""
    return _unbroken(_SPOKEN.get()[1].ngettext(one, more, n)).format(n=f"{n:,}")


def later(text: str) -> str:
    """Return the text as it is: it is listed for translation here and translated where it is shown."""
    return text


def _unbroken(text: str) -> str:
    return reduce(lambda made, pair: made.replace(*pair), UNBROKEN, text)


def language() -> str:
    """Return the code of the language that is spoken now, as HTML writes it."""
    return _SPOKEN.get()[0]


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speak a language within this context and thread only.

    Raises:
        ScenarioError: when there is no such language.
    """
    faults = list(language_faults(code, "report.language"))
    if faults:
        raise ScenarioError(faults)
    token = _SPOKEN.set((code, translations(code)))
    try:
        yield
    finally:
        _SPOKEN.reset(token)


@lru_cache
def translations(code: str) -> NullTranslations:
    """Return what a language says for every text; English says what stands in the code."""
    if code == ENGLISH:
        return NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with translations_folder().joinpath(f"{code}{SUFFIX}").open("rb") as file:
        catalogue = read_po(file, locale=code)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)
