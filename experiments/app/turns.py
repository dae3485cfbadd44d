"""Let runs take turns: one computes at a time, on all cores, and planners are served one after the other."""

import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Condition, Thread

from experiments.app.running import end, started
from experiments.app.variants import Variant
from experiments.commands.shared import DONE, SOME_FAILED

Process = subprocess.Popen[bytes]


def next_of(waiting: Sequence[Variant], served: Sequence[str]) -> Variant:
    """Return whose turn it is: the first of the planner who was served longest ago, or never; `served` is in order."""
    last = {owner: place for place, owner in enumerate(served)}
    return min(waiting, key=lambda one: last.get(one.owner, -1))


@dataclass(slots=True)
class Turns:
    """Queue variants and run them, one at a time, in a thread of its own; `start` and `stop` are how."""

    start: Callable[[Variant], Process] = started
    stop: Callable[[Process], None] = end
    waiting: list[Variant] = field(default_factory=list)
    served: list[str] = field(default_factory=list)
    running: Variant | None = None
    process: Process | None = None
    canceled: set[tuple[str, str]] = field(default_factory=set)
    closing: bool = False
    changed: Condition = field(default_factory=Condition)
    thread: Thread | None = None

    def open(self) -> None:
        """Begin to run what is queued."""
        self.thread = Thread(target=self._work, daemon=True)
        self.thread.start()

    def add(self, variant: Variant) -> bool:
        """Queue a variant unless it waits or runs already; say whether it was queued."""
        with self.changed:
            if self.closing or self.place(variant) is not None:
                return False
            self.waiting.append(variant)
            variant.becomes("waiting")
            self.changed.notify_all()
        return True

    def place(self, variant: Variant) -> int | None:
        """Return how many turns come before a variant's, 0 while it runs, None when it is not queued."""
        if self.running and self.running.key == variant.key:
            return 0
        return self._order().get(variant.key)

    def cancel(self, variant: Variant) -> bool:
        """Take a variant out of the queue, or end its run and wait until it is ended; say whether there was any."""
        with self.changed:
            for one in self.waiting:
                if one.key == variant.key:
                    self.waiting.remove(one)
                    one.becomes("canceled")
                    return True
            if not (self.running and self.running.key == variant.key and self.process):
                return False
            self.canceled.add(variant.key)
            process = self.process
        self.stop(process)
        with self.changed:
            self.changed.wait_for(lambda: variant.key not in self.canceled)
        return True

    def close(self) -> None:
        """End what runs and let everything else wait no more; what is finished is kept."""
        with self.changed:
            self.closing = True
            for one in self.waiting:
                one.becomes("stopped")
            self.waiting.clear()
            self.changed.notify_all()
            process = self.process
        if process:
            self.stop(process)
        if self.thread:
            self.thread.join()

    def _order(self) -> dict[tuple[str, str], int]:
        """Return the place of every waiting variant, as if nothing else were added."""
        left, served = list(self.waiting), list(self.served)
        order: dict[tuple[str, str], int] = {}
        while left:
            one = next_of(left, served)
            left.remove(one)
            served.append(one.owner)
            order[one.key] = len(order) + (self.running is not None)
        return order

    def _work(self) -> None:
        while True:
            with self.changed:
                self.changed.wait_for(lambda: self.waiting or self.closing)
                if self.closing:
                    return
                variant = self.running = next_of(self.waiting, self.served)
                self.waiting.remove(variant)
                self.served = [one for one in self.served if one != variant.owner] + [variant.owner]
                variant.becomes("running")
                self.process = self._begun(variant)
                self.changed.notify_all()
            code = self.process.wait() if self.process else SOME_FAILED
            with self.changed:
                variant.becomes(self._ending(variant, code))
                self.canceled.discard(variant.key)
                self.running = self.process = None
                self.changed.notify_all()

    def _begun(self, variant: Variant) -> Process | None:
        try:
            return self.start(variant)
        except OSError as error:
            variant.log.write_text(f"The run could not be started: {error}\n", encoding="utf-8")
            return None

    def _ending(self, variant: Variant, code: int) -> str:
        if code == DONE:
            return "done"
        if variant.key in self.canceled:
            return "canceled"
        return "stopped" if self.closing else "failed"
