"""Say what is wrong with a policy's settings, and which fields are no settings."""

from typing import NamedTuple

NOT_A_SETTING = {"in_files": False, "omegaconf_ignore": True}
"""Metadata of a field that no configuration may set, such as what a policy has learned or compiled."""


class WrongSetting(NamedTuple):
    """Name one impossible setting: where it stands, what was found, and how to mend it."""

    field: str
    value: object
    mend: str

    def __str__(self) -> str:
        """Return the fault as one line."""
        return f"{self.field} = {self.value!r}: {self.mend}"
