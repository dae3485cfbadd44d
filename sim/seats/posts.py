"""Seat the policy that says where ambulance crews wait; it is asked once, before the run begins."""

import numpy as np

from sim.contract import PostsDecision, PostsFacts, PostsView
from sim.scenario import Scenario
from sim.units import IntArray


class PostsSeat:
    """Let crews wait where a policy says, or where they usually do."""

    name = "posts"

    def __init__(self, scenario: Scenario) -> None:
        posts = scenario.posts
        assert posts is not None
        zones = tuple(zone.id for zone in scenario.city.zones)
        numbers = (posts.travel_min, posts.room, posts.usual, posts.busy_share)
        self._facts = PostsFacts(zones, posts.station_ids, *numbers)
        self.crews: IntArray = posts.usual

    def view(self) -> PostsView:
        """Return where crews may wait."""
        return PostsView(self._facts, 0.0)

    def n_options(self, view: PostsView) -> int:
        """Count the crews."""
        return int(view.facts.usual.sum())

    def idle(self) -> bool:
        """Say that there is something to decide."""
        return False

    def carry_out(self, decision: PostsDecision) -> tuple[int, int]:
        """Move crews, all or none; return how many stations change, and how many of these are refused."""
        if decision.crews is None:
            return 0, 0
        facts, crews = self._facts, np.asarray(decision.crews)
        if crews.shape != facts.usual.shape:
            return 1, 1
        changed = int((crews != facts.usual).sum())
        if (crews < 0).any() or (crews > facts.room).any() or crews.sum() != facts.usual.sum():
            return changed, changed
        self.crews = crews.astype(np.int64)
        return changed, 0
