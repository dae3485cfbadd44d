"""Count the units of a pool that are on duty: those of the roster, less those out of use."""

from sim.log import UsageLog


class Duty:
    """Say how many units of a pool are on duty, and log when more or fewer work than the roster says.

    `rostered` units should be there; of all that exist, `down` are broken or in maintenance.
    """

    __slots__ = ("_establishment", "_index", "_since", "down", "log", "rostered")

    def __init__(self, index: int, establishment: int, rostered: int, log: UsageLog) -> None:
        self._index = index
        self._establishment = establishment
        self._since = 0.0
        self.rostered = rostered
        self.down = 0
        self.log = log

    @property
    def on_duty(self) -> int:
        """Return the units of the roster that are in working order."""
        return max(0, min(self.rostered, self._establishment - self.down))

    def change(self, rostered: int | None, down: int) -> int:
        """Set the units of the roster, add to those out of use, and return the units on duty."""
        if rostered is not None:
            self.rostered = rostered
        self.down += down
        return self.on_duty

    def note(self, now: float, busy: int, level: int) -> None:
        """Log the overtime and the units out of use since they were last noted; call it before they change."""
        on_duty = self.on_duty
        over = max(busy, level) - on_duty
        if over > 0:
            self.log.overtime.append((self._index, self._since, now, over))
        if on_duty < self.rostered:
            self.log.out_of_use.append((self._index, self._since, now, self.rostered - on_duty))
        self._since = now
