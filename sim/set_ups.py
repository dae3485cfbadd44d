"""Remember for which step each idle unit of a pool was last used, since a change takes time to set up."""


class SetUps:
    """Hold the steps that idle units did last, those idle longest first; units that never worked are not in it."""

    __slots__ = ("_last",)

    def __init__(self) -> None:
        self._last: list[int] = []

    def change(self, step: int, n_idle: int) -> bool:
        """Take one of `n_idle` units for a step, and say whether it must be set up.

        A unit that did the same step last is taken first, then one that did none, then the one idle longest.
        """
        if step in self._last:
            self._last.remove(step)
            return False
        if len(self._last) < n_idle:
            return False
        del self._last[0]
        return True

    def put_back(self, step: int) -> None:
        """Put a unit back that did this step."""
        self._last.append(step)
