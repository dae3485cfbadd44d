"""Validate a bundle with the models of `fhir.resources`, an optional extra, if it is there."""

from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

from experiments.files.sheet import short
from experiments.schema import stop_at
from experiments.standards.fhir.check import cut
from sim.faults import Fault

MISSING = "Not validated by fhir.resources, only by CityCare's own checks; to add it: pip install 'citycare[fhir]'"
VALID = "Valid FHIR R5 (fhir.resources)"


def validated(bundle: dict[str, Any]) -> str:
    """Return what to tell of the validation: that the bundle is valid, or that nothing is there to validate it.

    Raises:
        ScenarioError: with the faults that the models find, each with its path.
    """
    if find_spec("fhir") is None or find_spec("fhir.resources") is None:
        return MISSING
    from fhir.resources.bundle import Bundle
    from pydantic import ValidationError

    try:
        Bundle.model_validate(bundle)
    except ValidationError as error:
        stop_at(cut(list(_faults(error.errors()))))
    return VALID


def _faults(errors: Any) -> Iterator[Fault]:
    for one in errors:
        place = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in one["loc"])
        yield Fault(f"Bundle{place}", short(str(one.get("input", ""))), f"FHIR R5: {one['msg']}")
