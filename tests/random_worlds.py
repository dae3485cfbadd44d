"""Let hypothesis invent small cities: hospitals, pools, rosters, pathways and patients."""

import numpy as np
from hypothesis import strategies as st

from sim.city import City, Discipline, Hospital, Kind, Pool, Zone
from sim.distributions import (
    Distribution,
    Empirical,
    Exponential,
    Fixed,
    Lognormal,
    Mixture,
    Truncated,
    Uniform,
    Weibull,
)
from sim.pathway import Graded, Pathway, Phase, Step
from sim.scenario import Condition, Horizon, Information, Patience, Scenario, Sight, Source, TransferRules
from sim.units import ACUITIES
from tests.small_worlds import NO_FEATURES

STAFF = ("nurse", "physician", "scanner")
PLACES = ("ed_space", "bed")  # in the order in which pathways need them
HOURS = 168

durations = st.one_of(
    st.builds(Fixed, st.integers(0, 40).map(float)),
    st.builds(Exponential, st.floats(0.5, 60.0)),
    st.builds(Uniform, st.floats(0.0, 5.0), st.floats(5.0, 50.0)),
    st.builds(Lognormal, st.floats(1.0, 90.0), st.floats(0.5, 90.0)),
    st.builds(Weibull, st.floats(1.0, 90.0), st.floats(0.5, 90.0)),
    st.builds(lambda high: Truncated(Exponential(30.0), 5.0, high), st.floats(6.0, 90.0)),
    st.builds(lambda p: Mixture((p, 1.0 - p), (Fixed(5.0), Exponential(40.0))), st.floats(0.0, 1.0)),
    st.builds(lambda p: Empirical((0.0, p, 1.0), (2.0, 20.0, 60.0)), st.floats(0.1, 0.9)),
)
probabilities = st.one_of(st.just((1.0,)), st.tuples(*[st.floats(0.0, 1.0)] * ACUITIES))


@st.composite
def rosters(draw: st.DrawFn) -> tuple[int, ...]:
    """Return a level for always, or a day and night level for every hour of the week."""
    day = draw(st.integers(1, 4))
    if draw(st.booleans()):
        return (day,)
    night = draw(st.integers(0, 4))
    return tuple(day if 8 <= hour % 24 < 20 else night for hour in range(HOURS))


@st.composite
def steps(draw: st.DrawFn, name: str) -> Step:
    """Return a step with up to three needs at once."""
    needs = draw(st.lists(st.sampled_from(STAFF), unique=True, max_size=3))
    graded: Graded[Distribution] = Graded((draw(durations),))
    return Step(name, graded, tuple(needs), Graded(draw(probabilities)))


@st.composite
def pathways(draw: st.DrawFn, name: str) -> Pathway:
    """Return a door, an emergency phase and a ward phase; any of them may be missing for a patient."""
    door = Phase("door", (draw(steps("triage")),))
    emergency = Phase(
        "emergency", (draw(steps("see")), draw(steps("scan"))), place="ed_space", may_leave=draw(st.booleans())
    )
    ward = Phase("ward", (draw(steps("stay")),), place="bed", transferable=True, p=Graded(draw(probabilities)))
    return Pathway(name, (door, emergency, ward))


@st.composite
def hospitals(draw: st.DrawFn, name: str) -> Hospital:
    """Return a hospital with all the pools that pathways may need."""
    disciplines = st.sampled_from([Discipline.PRIORITY, Discipline.FIFO])
    places = [Pool(code, Kind.PLACE, (draw(st.integers(1, 6)),), draw(disciplines)) for code in PLACES]
    discipline = draw(disciplines)  # one for all staff, since steps may need several of them at once
    staff = [Pool(code, Kind.STAFF, draw(rosters()), discipline) for code in STAFF]
    return Hospital(name, name, 0.0, 0.0, (*places, *staff), agreed=draw(st.booleans()))


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Return a checked scenario of one to three hospitals over two days."""
    n = draw(st.integers(1, 3))
    travel = np.full((n, n), 17.0) - 17.0 * np.eye(n)
    names = ("a", "b")
    city = City(
        "city",
        tuple(draw(hospitals(f"h{i}")) for i in range(n)),
        (Zone("z0", "Zone 0", 0, 0, 1.0), Zone("z1", "Zone 1", 0, 0, 1.0)),
        travel,
        np.full((2, n), 1.0 / n),
    )
    rate = st.floats(0.0, 6.0)
    share = np.full(2, 0.5)
    return Scenario(
        name="random",
        city=city,
        pathways=tuple(draw(pathways(name)) for name in names),
        conditions=tuple(Condition(name, name, np.full(ACUITIES, 0.2)) for name in names),
        sources=tuple(Source(f"z{z}", names, share, np.full(HOURS, draw(rate)), zone=z) for z in range(2)),
        case_mix=NO_FEATURES,
        patience=Patience(draw(st.floats(0.0, 1.0)), draw(st.floats(0.0, 60.0))),
        horizon=Horizon(0.0, 2880.0),
        transfers=TransferRules(
            60.0, draw(durations), Fixed(120.0), draw(st.integers(1, 3)), draw(st.sampled_from([1.0, 0.85, 0.5]))
        ),
        information=Information(draw(st.sampled_from(Sight)), delay_min=90.0),
    ).checked()
