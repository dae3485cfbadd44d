"""Name what hospitals share, and what one of them may ask to do with what is another's."""

from enum import StrEnum


class SharedKind(StrEnum):
    """Name one kind of sharing."""

    BED = "bed"
    STAFF = "staff"
    EQUIPMENT = "equipment"
    MEDICINE = "medicine"
    INFORMATION = "information"


class Act(StrEnum):
    """Name what somebody wants to do with a thing: see counts of it, see single rows, or use it."""

    SEE_COUNTS = "see_counts"
    SEE_ROWS = "see_rows"
    USE = "use"
