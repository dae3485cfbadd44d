"""Tell the stories of patients, as `sim.network.Network.story` does, to the same moments."""

from math import inf

from sim.compiled.machine.jit import inner, seldom
from sim.compiled.machine.queues import (
    BALKED,
    LEFT,
    MOVED,
    TURNED_AWAY,
    end_wait,
    give_back,
    grow_worse,
    push,
    serve_all,
    take,
)
from sim.compiled.machine.tables import NONE, World
from sim.compiled.machine.treatment import (
    COMES,
    GONE,
    IN_TREATMENT,
    MOVES_IN,
    ON_THE_ROAD,
    RIDES,
    WAITS_FOR_PLACE,
    WAITS_FOR_RIDE,
    clean,
    end_step,
    hold,
    treat,
)
from sim.journey import PATIENCE, WORSENING

GOES_ON, GETS_PLACE, ENTERS, STOPS = range(4)
"""What follows at the same instant: the next step or phase, the way into the phase waited for, or nothing."""

NOT_EARLY, LEFT_UNSEEN, TURNED, TURNED_BY_QUEUE, NO_SHOW = range(5)
"""How a journey ended early; as `sim.log.Ended`."""


@inner
def wake(world: World, p: int, now: float) -> None:
    """Go on with a patient's story, as far as it goes at this instant."""
    patient = world.patient[p]
    follows = end_doing(world, p, now)
    while follows != STOPS:
        if follows == GETS_PLACE:
            follows = move_in(world, p, now)
            if follows == STOPS:
                return
        if follows == ENTERS:
            enter(world, p, now)
        if treat(world, p, now):
            return
        patient.phase += 1
        follows = ask_for_place(world, p, now)


@inner
def end_doing(world: World, p: int, now: float) -> int:
    """End what a patient did until now; return what follows."""
    patient = world.patient[p]
    state = patient.state
    if state == IN_TREATMENT:
        return end_treatment(world, p, now)
    if state == WAITS_FOR_PLACE:
        return GETS_PLACE if patient.outcome == 0 else go_elsewhere(world, p, now)
    if state == WAITS_FOR_RIDE:
        leave_place(world, p, now)
        hold(world, p, RIDES, now + patient.ride)
        return STOPS
    if state == COMES:
        return come(world, p, now)
    if state == MOVES_IN:
        return ENTERS
    return GETS_PLACE if state == RIDES else GOES_ON


@inner
def end_treatment(world: World, p: int, now: float) -> int:
    """End a step; who was treated elsewhere is on the road before going on."""
    way = world.choice[world.patient[p].taken].way
    end_step(world, p, now)
    if way > 0.0:
        hold(world, p, ON_THE_ROAD, now + way)
        return STOPS
    return GOES_ON


@inner
def come(world: World, p: int, now: float) -> int:
    """Begin a visit, unless it is an appointment that is not kept."""
    if not world.patient[p].comes:
        world.ended[p] = NO_SHOW
        return STOPS
    world.ended[p] = NOT_EARLY
    world.marks[p, 0] = now
    return ask_for_place(world, p, now)


@seldom
def go_elsewhere(world: World, p: int, now: float) -> int:
    """Leave the hospital, or wait for the ambulance to another one."""
    patient = world.patient[p]
    if patient.outcome == MOVED:
        hold(world, p, WAITS_FOR_RIDE, now + patient.placement)
        return STOPS
    if patient.outcome == LEFT:
        world.ended[p] = LEFT_UNSEEN
    else:
        world.ended[p] = TURNED if patient.outcome == TURNED_AWAY else TURNED_BY_QUEUE
    depart(world, p, now)
    return STOPS


@inner
def ask_for_place(world: World, p: int, now: float) -> int:
    """Find the next phase of a patient and ask for its place; return what follows."""
    patient = world.patient[p]
    while world.phase[patient.phase].index >= 0 and not world.enters[p, world.phase[patient.phase].index]:
        patient.phase += 1
    phase = world.phase[patient.phase]
    if phase.index < 0:
        depart(world, p, now)
        return STOPS
    if phase.place < 0:
        return ENTERS
    world.marks[p, phase.asked] = now
    if take(world, p, phase.place, now):
        return GETS_PLACE
    patient.state = WAITS_FOR_PLACE
    start_waiting(world, p, now)
    return STOPS


@inner
def start_waiting(world: World, p: int, now: float) -> None:
    """Turn away whom there is no room for, or who balks; let patience and illness of all others run."""
    patient = world.patient[p]
    phase = world.phase[patient.phase]
    ahead = world.pool[phase.place].n_waiting - 1
    if 0 <= phase.room <= ahead:
        turn_away(world, p, TURNED_AWAY)
    elif phase.first_balk < phase.last_balk and balks(world, p, ahead):
        turn_away(world, p, BALKED)
    else:
        alarm = p * world.clock[0].n_phases + phase.index
        if phase.may_leave and patient.patience < inf:
            push(world, now + patient.patience, PATIENCE + alarm)
        if phase.may_worsen and patient.acuity > 1 and patient.worsens < inf:
            push(world, now + patient.worsens, WORSENING + alarm)


@seldom
def balks(world: World, p: int, ahead: int) -> bool:
    """Say whether a patient turns away from so many who wait already."""
    phase = world.phase[world.patient[p].phase]
    chance = 0.0
    for row in range(phase.first_balk, phase.last_balk):
        if world.balk[row].waiting <= ahead:
            chance = world.balk[row].p
    return bool(world.patient[p].balk_u < chance)


@seldom
def turn_away(world: World, p: int, outcome: int) -> None:
    """End the wait of a patient without a place, and let those move up who waited behind."""
    end_wait(world, p, outcome)
    serve_all(world, p)


@inner
def move_in(world: World, p: int, now: float) -> int:
    """Take the time it takes to come into a place; return what follows."""
    phase = world.phase[world.patient[p].phase]
    if phase.move < 0:
        return ENTERS
    world.marks[p, phase.ready] = now
    hold(world, p, MOVES_IN, now + world.minutes[p, phase.move])
    return STOPS


@inner
def enter(world: World, p: int, now: float) -> None:
    """Enter a phase, in its place if it has one, and leave the place held before."""
    patient = world.patient[p]
    phase = world.phase[patient.phase]
    if phase.place >= 0:
        world.marks[p, phase.entered] = now
    leave_place(world, p, now)
    patient.held = patient.phase if phase.place >= 0 else NONE
    patient.step, patient.state = phase.first_step, COMES


@inner
def leave_place(world: World, p: int, now: float) -> None:
    """Give back the place that a patient holds, if any; cleaned first, if it must be."""
    patient = world.patient[p]
    if patient.held >= 0:
        phase = world.phase[patient.held]
        patient.held = NONE
        world.marks[p, phase.left] = now
        if phase.cleaning >= 0:
            clean(world, p, phase.place, phase.cleaning, now)
        else:
            give_back(world, phase.place, now)


@inner
def depart(world: World, p: int, now: float) -> None:
    """End a story; another may begin some days later."""
    patient = world.patient[p]
    leave_place(world, p, now)
    world.marks[p, world.marks.shape[1] - 1] = now
    patient.state = GONE
    if patient.again >= 0 and patient.returns & (1 if world.ended[p] == NOT_EARLY else 2):
        push(world, now + patient.return_after, patient.again + 1)


@seldom
def ring(world: World, alarm: int, worse: bool, now: float) -> None:
    """Let a patient grow worse or lose patience, unless this wait has ended before."""
    p, index = divmod(alarm, world.clock[0].n_phases)
    patient = world.patient[p]
    if patient.waits and patient.state == WAITS_FOR_PLACE and world.phase[patient.phase].index == index:
        if worse:
            world.marks[p, world.clock[0].worsened] = now
            grow_worse(world, p)
        else:
            turn_away(world, p, LEFT)
