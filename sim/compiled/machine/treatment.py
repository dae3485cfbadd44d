"""Treat patients step by step, as `sim.network.Network` does, and log which units of which pools were used."""

from sim.compiled.machine.jit import inner, seldom
from sim.compiled.machine.queues import CLEANED, PIECE, give_back, log, push, take
from sim.compiled.machine.tables import World
from sim.journey import CLEANING

COMES, WAITS_FOR_UNITS, IN_TREATMENT, WAITS_FOR_PLACE, WAITS_FOR_RIDE, RIDES, MOVES_IN, GONE, ON_THE_ROAD = range(9)
"""What a patient does now; waking up ends it."""

NAN = float("nan")


@inner
def treat(world: World, p: int, now: float) -> bool:
    """Go on with the steps of the phase; say whether the patient is busy or waits, or else they are done."""
    patient = world.patient[p]
    granted = patient.state == WAITS_FOR_UNITS
    while patient.step < world.phase[patient.phase].last_step:
        step = world.step[patient.step]
        minutes = world.minutes[p, step.slot]
        if minutes >= 0.0:
            if granted or take(world, p, step.request, now):
                start_step(world, p, granted, now)
                hold(world, p, IN_TREATMENT, now + minutes)
            else:
                patient.state = WAITS_FOR_UNITS
            return True
        patient.step += 1
    return False


@inner
def start_step(world: World, p: int, waited: bool, now: float) -> None:
    """Write down that a step starts; where units may differ, also which pools were asked in vain."""
    patient = world.patient[p]
    step = world.step[patient.step]
    world.marks[p, step.started] = now
    if not step.plain:
        if not waited:
            patient.asked = now
        log_unused(world, p, now)


@seldom
def log_unused(world: World, p: int, now: float) -> None:
    """Log the end of the wait for all pools whose units were not taken."""
    patient = world.patient[p]
    request, taken = world.request[world.step[patient.step].request], world.choice[patient.taken]
    for k in range(request.first_need, request.first_need + request.n_needs):
        is_taken = False
        for j in range(taken.first_need, taken.first_need + taken.n_needs):
            is_taken = is_taken or world.need[j] == world.need[k]
        if not is_taken:
            log_piece(world, world.need[k], patient.asked, NAN, now)


@inner
def end_step(world: World, p: int, now: float) -> None:
    """End a step, and give its units back."""
    patient = world.patient[p]
    step = world.step[patient.step]
    patient.step += 1
    if step.plain:
        give_back(world, patient.taken, now)
    else:
        log_used(world, p, now)
        if step.ended >= 0:
            world.marks[p, step.ended] = now
        clean(world, p, patient.taken, step.cleaning, now)


@seldom
def log_used(world: World, p: int, now: float) -> None:
    """Log the pieces of the step that has just ended."""
    patient = world.patient[p]
    taken, started = world.choice[patient.taken], world.marks[p, world.step[patient.step - 1].started]
    for j in range(taken.first_need, taken.first_need + taken.n_needs):
        log_piece(world, world.need[j], patient.asked, started, now)


@seldom
def log_piece(world: World, number: int, asked: float, started: float, ended: float) -> None:
    """Log one piece of work of a pool, or a wait for it."""
    row = world.logged[world.clock[0].n_logged]
    row.kind, row.pool = PIECE, number
    row.times[0], row.times[1], row.times[2] = asked, started, ended
    world.clock[0].n_logged += 1


@seldom
def clean(world: World, p: int, choice: int, slot: int, now: float) -> None:
    """Give units back, after they have been cleaned if they must be."""
    minutes = world.minutes[p, slot] if slot >= 0 else 0.0
    if minutes > 0.0:
        units = world.choice[choice]
        for k in range(units.first_need, units.first_need + units.n_needs):
            log(world, CLEANED, world.need[k], now, now + minutes, 1)
        cell = p * world.clock[0].n_slots + slot
        world.cleaned[cell] = choice
        push(world, now + minutes, CLEANING + cell)
    else:
        give_back(world, choice, now)


@seldom
def end_cleaning(world: World, cell: int, now: float) -> None:
    """Give units back that are clean."""
    give_back(world, world.cleaned[cell], now)


@inner
def hold(world: World, p: int, state: int, until: float) -> None:
    """Let a patient do something until then."""
    world.patient[p].state = state
    push(world, until, p + 1)
