"""Describe a file of patient records: what each column means, what may be learned from, and what may be predicted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from math import inf


class Role(Enum):
    """Say what a column is for."""

    FEATURE = "feature"
    """Known at triage: a model may learn from it."""
    NURSE = "nurse's level"
    """The level a nurse gave: a comparator, and a feature only of models that say so."""
    OUTCOME = "outcome"
    """What targets are made of; known only later."""
    GROUP = "group"
    """The site: folds keep it together, and calibration is per site."""
    SUBGROUP = "subgroup"
    """Shown in the card by subgroup, and never learned from."""
    AFTER = "known only after triage"
    """Forbidden as a feature."""
    LEFT_OUT = "left out"
    """Not used, for the reason given."""


class Kind(Enum):
    """Say how the values of a column are read."""

    NUMBER = "number"
    CATEGORY = "category"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Column:
    """Describe one column of a file.

    `source` is its name in the file, `name` ours. A number outside `low` to `high`, in the unit of the file, is not
    plausible: it counts as missing, and is listed. Then it is multiplied by `factor` after `offset` was added, which
    gives `unit`. Values in `missing` mean that nothing is known; those in `not_measurable` mean that somebody tried:
    they become the feature `<name>_not_measurable`. `labels` are the codes of a category; a code that is not among
    them is listed. `why` says why a column is not used.
    """

    source: str
    name: str
    role: Role = Role.FEATURE
    kind: Kind = Kind.NUMBER
    unit: str = ""
    low: float = -inf
    high: float = inf
    factor: float = 1.0
    offset: float = 0.0
    missing: tuple[str, ...] = ()
    not_measurable: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    why: str = ""


class TargetKind(Enum):
    """Say what kind of outcome is predicted."""

    BINARY = "yes or no"
    LEVEL = "acuity 1 to 5"
    AMOUNT = "how much of a resource"


@dataclass(frozen=True, slots=True)
class Target:
    """Describe one outcome: yes where `column` is one of `positive`, or the number itself; unknown where empty."""

    name: str
    column: str
    kind: TargetKind = TargetKind.BINARY
    positive: tuple[str, ...] = ()
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Schema:
    """Describe a file of patient records: its columns, its targets, and where it comes from.

    `group` is the column of the site, empty where there is one only. `folds_by_group` keeps a site in one fold.
    `also_by` names features that the card is divided by too where the file has them, numbers in bands.
    `others_are_features` takes columns that are not described for numbers known at triage.
    """

    name: str
    source: str
    columns: tuple[Column, ...]
    targets: tuple[Target, ...]
    group: str = ""
    folds_by_group: bool = False
    also_by: tuple[str, ...] = ()
    others_are_features: bool = False

    def of_role(self, *roles: Role) -> tuple[Column, ...]:
        """Return the columns of some roles, in the order of the file."""
        return tuple(column for column in self.columns if column.role in roles)
