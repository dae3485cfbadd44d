"""Let hypothesis give its small cities every behavior there is: rules of pools, of waiting, of work, and returns."""

from dataclasses import replace

from hypothesis import strategies as st

from sim.city import AtEnd, Breakdown, City, Crew, Discipline, Hospital, Kind, Maintenance, Pool
from sim.distributions import Exponential, Fixed, Uniform
from sim.graded import Graded
from sim.pathway import Balking, Phase, Step
from sim.patience import Deterioration, Returns
from sim.scenario import Scenario
from sim.shelves import Review, Shelf
from tests.random_worlds import scenarios

SPARE = Pool("spare", Kind.EQUIPMENT, (1,))
FLEXIBLE = Pool("flexible", Kind.PLACE, (1,))
SHELF = Shelf("saline", at_start=5.0, life_min=900.0, review=Review(600.0, 8.0, 60.0))

short = st.one_of(st.builds(Fixed, st.integers(1, 20).map(float)), st.builds(Uniform, st.just(0.0), st.floats(1, 30)))
some = st.one_of(st.none(), short.map(lambda law: Graded((law,))))
breakdowns = st.builds(
    Breakdown,
    st.builds(Exponential, st.floats(60.0, 900.0)),
    short,
    st.sampled_from([None, "technicians"]),
    st.sampled_from([AtEnd.FINISH, AtEnd.HAND_OVER, AtEnd.PREEMPT_RESTART]),
)
maintenance = st.builds(Maintenance, st.floats(0, 300), st.just(500.0), st.floats(1, 200), st.integers(1, 2))


@st.composite
def staffs(draw: st.DrawFn, pool: Pool) -> Pool:
    """Return staff or equipment that may be interrupted, break down, or stay on."""
    preempts = pool.discipline is Discipline.PRIORITY and draw(st.booleans())
    return replace(
        pool,
        discipline=Discipline.PREEMPTIVE if preempts else pool.discipline,
        at_shift_end=draw(st.sampled_from(AtEnd)),
        breakdown=draw(st.one_of(st.none(), breakdowns)),
        maintenance=draw(st.one_of(st.just(()), st.tuples(maintenance))),
    )


@st.composite
def places(draw: st.DrawFn, pool: Pool) -> Pool:
    """Return a place with a waiting room, or one that borrows."""
    return replace(
        pool,
        waiting_room=draw(st.one_of(st.none(), st.integers(0, 4))) if pool.code == "ed_space" else None,
        borrows=draw(st.sampled_from([None, FLEXIBLE.code])),
    )


@st.composite
def hospitals(draw: st.DrawFn, hospital: Hospital) -> Hospital:
    """Return the hospital with such pools, a spare unit, flexible places and a medicine."""
    pools = [draw(places(pool) if pool.kind is Kind.PLACE else staffs(pool)) for pool in hospital.pools]
    spare = replace(SPARE, discipline=hospital.pools[-1].discipline)
    return replace(hospital, pools=(*pools, spare, FLEXIBLE), shelves=(SHELF,))


@st.composite
def steps(draw: st.DrawFn, step: Step) -> Step:
    """Return the step with alternatives, cleaning, set-up or medicines."""
    others = (("spare",),) if step.needs and draw(st.booleans()) else ()
    return replace(
        step,
        or_needs=others,
        cleaning=draw(some) if step.needs else None,
        set_up=draw(some) if len(step.needs) == 1 and not others and draw(st.integers(0, 3)) == 0 else None,
        medicines=(("saline", 1.0),) if draw(st.booleans()) else (),
    )


@st.composite
def phases(draw: st.DrawFn, phase: Phase) -> Phase:
    """Return the phase with such steps; if it has a place, with balking, moving in, cleaning, and getting worse."""
    phase = replace(phase, steps=tuple(draw(steps(step)) for step in phase.steps))
    if phase.place is None:
        return phase
    balking = st.builds(lambda n, p: Balking((n, n + 2), (p, 1.0)), st.integers(0, 4), st.floats(0, 1))
    return replace(
        phase,
        move=draw(some),
        cleaning=draw(some),
        may_worsen=draw(st.booleans()),
        balks=draw(st.one_of(st.none(), balking)),
    )


def calm(city: City) -> City:
    """Let nobody be interrupted, as set-ups want it."""

    def finished(pool: Pool) -> Pool:
        plain = Discipline.PRIORITY if pool.discipline is Discipline.PREEMPTIVE else pool.discipline
        kept = replace(pool.breakdown, in_hand=AtEnd.FINISH) if pool.breakdown else None
        return replace(pool, discipline=plain, at_shift_end=AtEnd.FINISH, breakdown=kept)

    hospitals = (replace(hospital, pools=tuple(map(finished, hospital.pools))) for hospital in city.hospitals)
    return replace(city, hospitals=tuple(hospitals))


@st.composite
def rich_scenarios(draw: st.DrawFn) -> Scenario:
    """Return a checked scenario with all of that."""
    plain = draw(scenarios())
    city = replace(
        plain.city,
        hospitals=tuple(draw(hospitals(hospital)) for hospital in plain.city.hospitals),
        crews=(Crew("technicians", 1),),
    )
    pathways = tuple(
        replace(pathway, phases=tuple(draw(phases(phase)) for phase in pathway.phases)) for pathway in plain.pathways
    )
    if any(step.set_up for pathway in pathways for phase in pathway.phases for step in phase.steps):
        city = calm(city)
    return replace(
        plain,
        city=city,
        pathways=pathways,
        deterioration=draw(st.one_of(st.none(), st.builds(Deterioration, st.just(0.8), st.floats(5.0, 60.0)))),
        returns=draw(st.one_of(st.none(), st.builds(Returns, st.floats(0, 0.5), st.floats(0, 1), short))),
    ).checked()
