"""Give types of resources and medicines their standard codes, and find the types that codes of others mean."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from experiments.files.resource_types import kinds, read_type, write_type
from experiments.files.sheet import short
from experiments.resources.known_terms import known_terms
from experiments.schema import close_match
from experiments.standards.fhir.systems import Json, concept
from sim.city import Kind
from sim.faults import Fault
from sim.platform.kinds import SharedKind
from sim.platform.terms import ATC, OWN, Terms, atc_level

POOL_KINDS = {SharedKind.BED: Kind.PLACE, SharedKind.STAFF: Kind.STAFF, SharedKind.EQUIPMENT: Kind.EQUIPMENT}
_ATC = re.compile(r"[A-Z](\d\d([A-Z]([A-Z](\d\d)?)?)?)?", re.ASCII)
Coding = tuple[str, str, str]
"""System, code, and the path of the code."""


@cache
def terms() -> Terms:
    """Return the table of types that the platform of sharing uses too."""
    return known_terms()


def pool_concept(code: str, kind: Kind) -> Json:
    """Return the type of a pool: our own word, which is exact, then the standard's code if there is one."""
    return concept((OWN, write_type(code, kind)), *_standard(code))


def medicine_concept(medicine: str) -> Json:
    """Return the type of a medicine: our own word, then its ATC code if the table has one."""
    return concept((OWN, medicine), *_standard(medicine))


def atc_of(medicine: str) -> str | None:
    """Return the ATC code of a medicine, None when the table has none."""
    return next((code for system, code in _standard(medicine) if system == ATC), None)


def _standard(name: str) -> Iterator[tuple[str, str]]:
    term = terms().find(name)
    if term is not None and term.code:
        yield term.system, term.code


def codings(concepts: Sequence[Json], path: str) -> list[Coding]:
    """Return all codings of some concepts, with their paths."""
    return [
        (str(one.get("system", "")), str(one["code"]), f"{path}[{i}].coding[{j}].code")
        for i, item in enumerate(concepts)
        for j, one in enumerate(item.get("coding", ()))
    ]


def pool_of(concepts: Sequence[Json], path: str, kind: Kind, faults: list[Fault]) -> str | None:
    """Return the code of the pool that concepts mean, or append a fault; `kind` says what it must consist of."""
    found = codings(concepts, path)
    for system, code, place in found:
        if system == OWN:
            return _own_pool(code, place, kind, faults)
    for system, code, place in found:
        types = [one.type for one in terms().of_code(system, code) if POOL_KINDS.get(one.kind) is kind]
        if len(types) == 1:
            return types[0]
        if types:
            mend = f"the code stands for {', '.join(types)}; add a coding of the system {OWN} with one of them"
            faults.append(Fault(place, short(code), mend))
            return None
    faults.append(_unknown(found, path, [code for code, one in kinds().items() if one is kind], kind))
    return None


def medicine_of(concepts: Sequence[Json], path: str, faults: list[Fault]) -> str | None:
    """Return the medicine that concepts mean, or append a fault; a full ATC code names one by itself."""
    found = codings(concepts, path)
    for system, code, _ in found:
        if system == OWN:
            return code
    for system, code, place in found:
        if system == ATC:
            return _by_atc(code, place, faults)
    faults.append(_unknown(found, path, (), None))
    return None


def _by_atc(code: str, place: str, faults: list[Fault]) -> str | None:
    types = [one.type for one in terms().of_code(ATC, code)]
    if len(types) == 1:
        return types[0]
    if not _ATC.fullmatch(code):
        mend = "give an ATC code: a letter, two digits, two letters and two digits, such as J01DD04"
    elif types:
        mend = f"the code stands for {', '.join(types)}; add a coding of the system {OWN} with one of them"
    else:
        mend = f"a code of level {atc_level(code)} names a group; give one of level 5, such as J01DD04"
    faults.append(Fault(place, short(code), mend))
    return None


def _own_pool(code: str, place: str, kind: Kind, faults: list[Fault]) -> str | None:
    """Return the pool that one of our own words means; a word of the shared table counts too."""
    term = terms().find(code)
    try:
        pool, own = read_type(code)
    except ValueError as error:
        if term is None or POOL_KINDS.get(term.kind) is not kind:
            faults.append(Fault(place, short(code), str(error)))
            return None
        return term.type
    if own is not kind:
        faults.append(Fault(place, short(code), f"{pool} is of kind {own.value}; this resource describes {kind.value}"))
        return None
    return pool


def _unknown(found: Sequence[Coding], path: str, own: Sequence[str], kind: Kind | None) -> Fault:
    """Return the fault of a thing whose codes mean nothing here."""
    if not found:
        return Fault(path, None, f"missing; give a coding, for example of the system {OWN}")
    system, code, place = found[0]
    table = [
        one.code for one in terms().all.values() if one.system == system and (kind in (None, POOL_KINDS.get(one.kind)))
    ]
    known = sorted({*table}) or own
    mend = close_match(code, known) if known else f"give a code of the system {ATC}, or of {OWN}"
    return Fault(place, short(code), f"unknown code; {mend}")
