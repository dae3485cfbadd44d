"""Know that what two hospitals name differently is the same: types by a table of aliases and standard codes."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from sim.faults import Fault, ScenarioError
from sim.platform.kinds import SharedKind

ATC = "http://www.whocc.no/atc"
DICOM = "http://dicom.nema.org/resources/ontology/DCM"
ROLE = "http://terminology.hl7.org/CodeSystem/practitioner-role"
PLACE = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
OWN = "urn:citycare:resource-type"
"""The system of our own types, for what no standard names."""

ATC_LEVELS = {1: 1, 3: 2, 4: 3, 5: 4, 7: 5}
"""Level of an ATC code by its length."""
N_NEAR = 3
_SUBSTANCE = re.compile(r"[a-z]\d\d[a-z]{2}\d\d")


@dataclass(frozen=True, slots=True)
class Term:
    """Describe one type: its kind, the unit that amounts are kept in, a standard code, and other words for it."""

    type: str
    kind: SharedKind
    unit: str = "each"
    system: str = ""
    code: str = ""
    display: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def coding(self) -> tuple[str, str]:
        """Return system and code: the standard's, or our own where no standard names the type."""
        return (self.system, self.code) if self.code else (OWN, self.type)


def plain(text: str) -> str:
    """Return a text in lower case, without accents, with every run of other signs as one underscore."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(sign for sign in letters if not unicodedata.combining(sign))
    return re.sub(r"[^a-z0-9]+", "_", kept).strip("_")


def atc_level(code: str) -> int | None:
    """Return the level, 1 to 5, of an ATC code by its length; None when no level has that length."""
    return ATC_LEVELS.get(len(code))


class Terms:
    """Find the type that a word means. What is not in the table is not guessed."""

    __slots__ = ("_by_word", "all")

    def __init__(self, terms: Iterable[Term]) -> None:
        """Index the terms by type, alias and, where only one type has it, standard code.

        Raises:
            ScenarioError: when one word would mean two types.
        """
        self.all = {term.type: term for term in terms}
        faults = list(_clashes(self.all.values()))
        if faults:
            raise ScenarioError(faults)
        self._by_word = {word: term for term in self.all.values() for word in _words(term)}
        for code, found in _by_code(self.all.values()).items():
            if len(found) == 1 and _names_one_thing(found[0]):
                self._by_word.setdefault(code, found[0])

    def find(self, text: str) -> Term | None:
        """Return the term that a type, an alias, a standard code or a full ATC code means; None if none does."""
        word = plain(text)
        return self._by_word.get(word) or (_substance(word) if _SUBSTANCE.fullmatch(word) else None)

    def near(self, text: str) -> tuple[str, ...]:
        """Return up to three types whose name, or another word for them, looks like the text; the nearest first."""
        words = get_close_matches(plain(text), sorted(self._by_word), n=2 * N_NEAR, cutoff=0.6)
        return tuple(dict.fromkeys(self._by_word[word].type for word in words))[:N_NEAR]

    def of_code(self, system: str, code: str) -> tuple[Term, ...]:
        """Return the types that a standard code stands for: several where the standard is coarser than we are."""
        found = tuple(term for term in self.all.values() if term.coding == (system, code))
        if not found and system == ATC and _SUBSTANCE.fullmatch(code.lower()):
            return (_substance(code.lower()),)
        return found


def falls_under(code: str, level: str) -> bool:
    """Say whether an ATC code is of a level, or below it: J01DD04 falls under J01DD, J01, and J."""
    return atc_level(level) is not None and code.upper().startswith(level.upper())


def _substance(word: str) -> Term:
    """Return the term of a chemical substance that the table does not name: its ATC code says what it is."""
    return Term(word, SharedKind.MEDICINE, "each", ATC, word.upper(), word.upper())


def _words(term: Term) -> list[str]:
    return [term.type, *map(plain, term.aliases)]


def _names_one_thing(term: Term) -> bool:
    """Say whether the standard code is that of a thing, and not of a group: J01 stands for more than one of J01."""
    return term.system != ATC or atc_level(term.code) == max(ATC_LEVELS.values())


def _by_code(terms: Iterable[Term]) -> dict[str, list[Term]]:
    found: dict[str, list[Term]] = {}
    for term in terms:
        if term.code:
            found.setdefault(plain(term.code), []).append(term)
    return found


def _clashes(terms: Iterable[Term]) -> Iterator[Fault]:
    """Yield a fault for every word that stands for two types."""
    owner: dict[str, str] = {}
    for term in terms:
        for word in _words(term):
            if owner.setdefault(word, term.type) != term.type:
                yield Fault(f"terms.{term.type}", word, f"take the word out of {term.type} or {owner[word]}")
