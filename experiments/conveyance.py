"""Let a share of patients come by ambulance: a drive before the pathways of a city, and ambulances at its hospitals.

All of it can be written by hand, as an attribute, a phase and pools; `conveyance=ambulance` does so for every pathway
that has the phase `to`. The phases before that one are for those who come on their own.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from math import floor
from typing import Any

from experiments.grades import PROBABILITIES
from experiments.pathways import Options, PathwayText, both, read_pathway
from experiments.posts import PostsText
from experiments.schema import READERS, mapping, read, unknown_keys
from sim.city import City, Hospital
from sim.destinations import DispatchRules
from sim.faults import Fault
from sim.graded import OTHERWISE, Axis, Graded
from sim.pathway import Phase
from sim.resources import Kind, Pool

PHASE, ATTRIBUTE, BROUGHT, OWN = "conveyance", "comes", "by_ambulance", "on_their_own"
BY_AMBULANCE = Graded((1.0, 0.0), (Axis(ATTRIBUTE, (BROUGHT, OTHERWISE)),))
ON_THEIR_OWN = Graded((0.0, 1.0), (Axis(ATTRIBUTE, (BROUGHT, OTHERWISE)),))


@dataclass(frozen=True, slots=True)
class Conveyance:
    """Describe who comes by ambulance, and how.

    The `share` of patients, by acuity or condition, begins with `phase`, which holds an ambulance and drives to the
    place of the phase `to`. Hospitals that have no ambulances of their own get `per_space` for each of their places
    there. A policy may decide every `dispatch.review_every_min` where they drive to, and before the run where crews
    wait, if there are `posts`.
    """

    share: Graded[float]
    phase: Phase
    to: str
    per_space: float
    dispatch: DispatchRules
    posts: PostsText | None = None

    def attributes(self, others: dict[str, Options]) -> dict[str, Options]:
        """Return the attributes of patients, and the one that says how they come."""
        rest = replace(self.share, values=tuple(1.0 - share for share in self.share.values))
        return others | {ATTRIBUTE: Options((BROUGHT, OWN), (self.share, rest))}

    def pathways(self, texts: dict[str, PathwayText]) -> dict[str, PathwayText]:
        """Return pathways with the drive before them, but for those that patients are not brought to."""
        return {name: self._pathway(text) for name, text in texts.items()}

    def _pathway(self, text: PathwayText) -> PathwayText:
        names = [phase.name for phase in text.phases]
        if self.to not in names:
            return text
        before = [replace(one, p=both(one.p, ON_THEIR_OWN)) for one in text.phases[: names.index(self.to)]]
        phases = (replace(self.phase, p=BY_AMBULANCE), *before, *text.phases[len(before) :])
        return replace(text, phases=phases)

    def city(self, city: City, pathways: dict[str, PathwayText]) -> City:
        """Return the city with ambulances at every hospital that has places to bring patients to."""
        places = {phase.place for text in pathways.values() for phase in text.phases if phase.name == self.to}
        return replace(city, hospitals=tuple(self._with_ambulances(one, places) for one in city.hospitals))

    def _with_ambulances(self, hospital: Hospital, places: set[str | None]) -> Hospital:
        code = self.phase.place or ""
        n_places = sum(pool.establishment for pool in hospital.pools if pool.code in places)
        if "@" in code or hospital.pool(code) or not n_places:
            return hospital
        ambulances = Pool(code, Kind.PLACE, (max(1, floor(self.per_space * n_places + 0.5)),))
        return replace(hospital, pools=(*hospital.pools, ambulances))


def read_conveyance(value: object, place: str, faults: list[Fault]) -> Conveyance | None:
    """Return the conveyance written as share, to, place, steps and so on."""
    table, before = mapping(value, place, faults), len(faults)
    own = ("share", "to", "ambulances_per_space", "review_every_min")
    written = {key: item for key, item in table.items() if key not in (*own, "posts")}
    faults.extend(unknown_keys(written, ("place", "steps", "cleaning", "move"), place))
    faults.extend(Fault(f"{place}.{key}", None, "missing; give a value") for key in own if key not in table)
    if len(faults) > before:
        return None
    share = PROBABILITIES.read(table["share"], f"{place}.share", faults)
    text = read_pathway({"phases": [{"name": PHASE, **written}]}, place, faults)
    numbers: dict[str, Any] = {key: read(float, table[key], f"{place}.{key}", faults) for key in own[2:]}
    to = read(str, table["to"], f"{place}.to", faults)
    posts = read(PostsText, table["posts"], f"{place}.posts", faults) if "posts" in table else None
    if len(faults) > before:
        return None
    if not 0 <= numbers["ambulances_per_space"] < 10:
        faults.append(Fault(f"{place}.ambulances_per_space", numbers["ambulances_per_space"], "give 0 to 10"))
    dispatch = DispatchRules(numbers["review_every_min"])
    return Conveyance(share, text.phases[0], to, numbers["ambulances_per_space"], dispatch, posts)


def conveyance_faults(
    conveyance: Conveyance | None, policy: object, posts: object, texts: Iterable[PathwayText]
) -> Iterator[Fault]:
    """Yield faults of a drive to a phase that no pathway has, and of policies (dispatch, posts) nobody would follow."""
    if posts not in (None, "at_hospitals") and (conveyance is None or conveyance.posts is None):
        yield Fault("posts.policy", posts, "no crew waits at a post; choose conveyance=ambulance_posts as well")
    if conveyance is None:
        if policy not in (None, "own_choice"):
            yield Fault("dispatch.policy", policy, "nobody comes by ambulance; choose conveyance=ambulance as well")
        return
    names = [phase.name for text in texts for phase in text.phases]
    if conveyance.to not in names:
        yield Fault("conveyance.to", conveyance.to, f"name a phase of some pathway: {', '.join(sorted(set(names)))}")
    if not any(step.drives for step in conveyance.phase.steps):
        yield Fault("conveyance.steps", [step.name for step in conveyance.phase.steps], "let one of them be a drive")


READERS[Conveyance] = read_conveyance
