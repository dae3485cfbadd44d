"""Count the units of a pool that are on duty: those of the roster, less those out of use, and guests."""

from sim.log import UsageLog


class Duty:
    """Say how many units of a pool are on duty, and log when more or fewer work than the roster says.

    `rostered` units should be there; of all that exist, `down` are broken or in maintenance. `guests` have come from
    other hospitals, less those lent to them, so there may be fewer than none.
    """

    __slots__ = ("_establishment", "_index", "_since", "down", "guests", "log", "rostered")

    def __init__(self, index: int, establishment: int, rostered: int, log: UsageLog) -> None:
        self._index = index
        self._establishment = establishment
        self._since = 0.0
        self.rostered = rostered
        self.down = 0
        self.guests = 0
        self.log = log

    @property
    def on_duty(self) -> int:
        """Return the units of the roster that are in working order, with the guests."""
        return max(0, min(self.rostered, self._establishment - self.down) + self.guests)

    def change(self, staffed: tuple[int, int] | None, down: int) -> int:
        """Set the units of the roster and the guests, add to those out of use, and return the units on duty."""
        if staffed is not None:
            self.rostered, self.guests = staffed
        self.down += down
        return self.on_duty

    def note(self, now: float, busy: int, level: int) -> None:
        """Log the overtime and the units out of use since they were last noted; call it before they change."""
        on_duty = self.on_duty
        over = max(busy, level) - on_duty
        if over > 0:
            self.log.overtime.append((self._index, self._since, now, over))
        missing = self.rostered + self.guests - on_duty
        if missing > 0:
            self.log.out_of_use.append((self._index, self._since, now, missing))
        self._since = now
