"""Let hypothesis add to small cities all that is drawn at the door: attributes, choices, dependence, returns."""

from dataclasses import replace

from hypothesis import strategies as st

from sim.choices import Choice
from sim.distributions import Exponential
from sim.graded import OTHERWISE, Axis, Graded
from sim.pathway import Balking, Pathway, Phase, Step
from sim.patience import Deterioration, Patience, Returns
from sim.scenario import Scenario
from tests.random_worlds import durations, probabilities, scenarios

SEX = Axis("sex", ("female", "male"))
WAYS = ("long", "short", "none")
shares = st.floats(0.0, 1.0)


@st.composite
def choices(draw: st.DrawFn) -> Choice:
    """Return a choice between three ways, with shares that may depend on the sex."""
    rows = [draw(st.tuples(shares, shares)) for _ in SEX.levels]
    table = [(p * q, p * (1 - q), 1 - p) for p, q in rows]
    return Choice("way", WAYS, tuple(Graded(column, (SEX,)) for column in zip(*table, strict=True)))


@st.composite
def tables(draw: st.DrawFn) -> Graded[float]:
    """Return a probability that depends on the way, the sex and the acuity, or on less."""
    way = Axis("way", (draw(st.sampled_from(WAYS)), OTHERWISE))
    by_way = Graded((draw(shares), draw(shares)), (way,))
    by_both = Graded((1.0, draw(shares), 0.0, draw(shares)), (way, SEX))
    return draw(st.one_of(st.just(by_way), st.just(by_both), probabilities.map(Graded)))


@st.composite
def chosen_scenarios(draw: st.DrawFn) -> Scenario:
    """Return a checked scenario in which what happens depends on attributes, choices and what happened before."""
    base = draw(scenarios())
    way, sex = draw(choices()), Choice("sex", SEX.levels, (Graded((0.4,)), Graded((0.6,))))
    return replace(
        base,
        pathways=tuple(_dependent(draw, pathway, way) for pathway in base.pathways),
        attributes=(sex,),
        patience=Patience(Graded(draw(st.tuples(*[shares] * 5))), 30.0),
        deterioration=Deterioration(draw(shares), 20.0),
        returns=Returns(draw(shares), draw(shares), Exponential(600.0)),
    ).checked()


def _dependent(draw: st.DrawFn, pathway: Pathway, way: Choice) -> Pathway:
    door, emergency, ward = pathway.phases
    see, scan = emergency.steps
    scan = replace(scan, p=draw(tables()), after=draw(st.sampled_from([None, "see", "door.triage"])))
    again = replace(scan, name="scan_2", p=draw(tables()), after="scan")
    emergency = replace(emergency, steps=(see, scan, again), balks=Balking((2,), (0.5,)))
    law = Graded(tuple(draw(durations) for _ in range(2)), (Axis("way", ("long", OTHERWISE)),))
    stay = Step("stay", law)
    ward = Phase("ward", (stay,), "bed", p=draw(tables()), after=draw(st.sampled_from([None, "emergency.scan"])))
    return replace(pathway, phases=(door, emergency, ward), choices=(way,))
