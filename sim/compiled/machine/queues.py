"""Keep the agenda, and queue for units of pools, as `sim.journey.Clock` and `sim.pools` do, to the same end.

Why nothing deadlocks and nobody starves is told in `sim.pools`. Ranks are urgency, time asked, patient; a queue is a
linked list in the order of ranks, whose last patient of each urgency is known, so that joining it takes one step.
"""

from sim.compiled.machine.jit import inner, seldom
from sim.compiled.machine.tables import NONE, World

GRANTED, LEFT, MOVED, TURNED_AWAY, BALKED = range(5)
"""How a wait ended; as `sim.pools.Outcome`."""

OVERTIME, OUT_OF_USE, CLEANED, PIECE = range(4)
"""Kinds of rows in the log."""


@inner
def push(world: World, time: float, order: int) -> None:
    """Enter something into the agenda, a heap with the earliest on top."""
    agenda, clock = world.agenda, world.clock[0]
    hole = clock.n_due
    clock.n_due += 1
    while hole > 0:
        above = agenda[(hole - 1) >> 1]
        if above.time < time or (above.time == time and above.order < order):
            break
        agenda[hole].time, agenda[hole].order = above.time, above.order
        hole = (hole - 1) >> 1
    agenda[hole].time, agenda[hole].order = time, order


@inner
def pop(world: World) -> None:
    """Strike out what is due first."""
    agenda, clock = world.agenda, world.clock[0]
    clock.n_due -= 1
    n = clock.n_due
    time, order = agenda[n].time, agenda[n].order
    hole, child = 0, 1
    while child < n:
        if child + 1 < n:
            one, other = agenda[child], agenda[child + 1]
            if other.time < one.time or (other.time == one.time and other.order < one.order):
                child += 1
        below = agenda[child]
        if time < below.time or (time == below.time and order < below.order):
            break
        agenda[hole].time, agenda[hole].order = below.time, below.order
        hole, child = child, 2 * child + 1
    agenda[hole].time, agenda[hole].order = time, order


@inner
def before(world: World, p: int, q: int) -> bool:
    """Say whether patient p ranks before patient q; nobody ranks before himself."""
    one, other = world.patient[p], world.patient[q]
    if one.urgency != other.urgency:
        return bool(one.urgency < other.urgency)
    if one.asked != other.asked:
        return bool(one.asked < other.asked)
    return p < q


@inner
def join_queue(world: World, number: int, p: int, entry: int) -> None:
    """Put a patient into the queue of a pool, by rank."""
    pool, link, tail, width = world.pool[number], world.link, world.tail, world.clock[0].width
    urgency = world.patient[p].urgency
    bucket = urgency
    while bucket > 0 and tail[number, bucket] < 0:
        bucket -= 1
    previous = tail[number, bucket]
    while previous >= 0 and not before(world, previous // width, p):
        previous = link[previous].previous
    following = link[previous].next if previous >= 0 else pool.first
    link[entry].previous, link[entry].next = previous, following
    if previous >= 0:
        link[previous].next = entry
    else:
        pool.first = entry
    if following >= 0:
        link[following].previous = entry
    if following < 0 or world.patient[following // width].urgency != urgency:
        tail[number, urgency] = entry
    pool.n_waiting += 1


@inner
def leave_queue(world: World, number: int, p: int, entry: int) -> None:
    """Take a patient out of the queue of a pool."""
    pool, link, tail, width = world.pool[number], world.link, world.tail, world.clock[0].width
    urgency = world.patient[p].urgency
    previous, following = link[entry].previous, link[entry].next
    if previous >= 0:
        link[previous].next = following
    else:
        pool.first = following
    if following >= 0:
        link[following].previous = previous
    if tail[number, urgency] == entry:
        alike = previous >= 0 and world.patient[previous // width].urgency == urgency
        tail[number, urgency] = previous if alike else NONE
    pool.n_waiting -= 1


@inner
def offers(world: World, number: int, p: int) -> bool:
    """Say whether a patient is, or would be, among the first for whom a pool has a free unit."""
    pool, width = world.pool[number], world.clock[0].width
    free, entry = pool.level - pool.busy, pool.first
    while free > 0:
        if entry < 0 or not before(world, entry // width, p):
            return True
        entry = world.link[entry].next
        free -= 1
    return False


@inner
def is_offered(world: World, choice: int, p: int) -> bool:
    """Say whether all pools of a choice offer a patient a unit."""
    units = world.choice[choice]
    for k in range(units.first_need, units.first_need + units.n_needs):  # noqa: SIM110 (numba knows no generators)
        if not offers(world, world.need[k], p):
            return False
    return True


@inner
def take_offered(world: World, p: int) -> bool:
    """Take the units of the first choice that is offered, and say whether one was."""
    patient = world.patient[p]
    request = world.request[patient.request]
    for choice in range(request.first_choice, request.first_choice + request.n_choices):
        if is_offered(world, choice, p):
            use(world, choice)
            patient.taken = choice
            return True
    return False


@inner
def use(world: World, choice: int) -> None:
    """Take the units of a choice, which are free."""
    units = world.choice[choice]
    for k in range(units.first_need, units.first_need + units.n_needs):
        world.pool[world.need[k]].busy += 1


@inner
def take(world: World, p: int, number: int, now: float) -> bool:
    """Take the units of a request and return True, or wait in all its queues and return False."""
    patient, request = world.patient[p], world.request[number]
    if request.n_needs == 1:
        pool = world.pool[world.need[request.first_need]]
        if pool.busy < pool.level and pool.n_waiting == 0:
            pool.busy += 1
            patient.taken = request.first_choice
            return True
    patient.request, patient.asked = number, now
    patient.urgency = 0 if request.in_turn else patient.acuity
    if take_offered(world, p):
        return True
    join_queues(world, p)
    patient.waits = True
    return False


@inner
def join_queues(world: World, p: int) -> None:
    """Put a patient into all queues of the request."""
    request, width = world.request[world.patient[p].request], world.clock[0].width
    for k in range(request.n_needs):
        join_queue(world, world.need[request.first_need + k], p, p * width + k)


@inner
def leave_queues(world: World, p: int) -> None:
    """Take a patient out of all queues of the request."""
    request, width = world.request[world.patient[p].request], world.clock[0].width
    for k in range(request.n_needs):
        leave_queue(world, world.need[request.first_need + k], p, p * width + k)


@inner
def end_wait(world: World, p: int, outcome: int) -> None:
    """Take a patient out of all queues; the story goes on at this instant, after those who are ready already."""
    patient, clock = world.patient[p], world.clock[0]
    leave_queues(world, p)
    patient.waits, patient.outcome, patient.next_ready = False, outcome, NONE
    if clock.first_ready < 0:
        clock.first_ready = p
    else:
        world.patient[clock.last_ready].next_ready = p
    clock.last_ready = p


@inner
def serve(world: World, number: int) -> None:
    """Start everyone waiting for this pool who is now among the first in all pools needed."""
    pool, width = world.pool[number], world.clock[0].width
    entry, passed = pool.first, 0
    while entry >= 0 and pool.busy + passed < pool.level:
        p, entry = entry // width, world.link[entry].next
        if take_offered(world, p):
            end_wait(world, p, GRANTED)
        else:
            passed += 1


@seldom
def log(world: World, kind: int, number: int, since: float, until: float, units: int) -> None:
    """Log that so many units of a pool did something for a while."""
    row = world.logged[world.clock[0].n_logged]
    row.kind, row.pool, row.units = kind, number, units
    row.times[0], row.times[1], row.times[2] = since, until, 0.0
    world.clock[0].n_logged += 1


@inner
def on_duty(world: World, number: int) -> int:
    """Return the units of the roster that are in working order, with the guests."""
    pool = world.pool[number]
    return int(max(0, min(pool.rostered, pool.establishment - pool.down) + pool.guests))


@seldom
def note_duty(world: World, number: int, now: float) -> None:
    """Log the overtime and the units out of use since they were last noted."""
    pool = world.pool[number]
    duty = on_duty(world, number)
    over = max(pool.busy, pool.level) - duty
    if over > 0:
        log(world, OVERTIME, number, pool.since, now, over)
    missing = pool.rostered + pool.guests - duty
    if missing > 0:
        log(world, OUT_OF_USE, number, pool.since, now, missing)
    pool.since = now


@inner
def give_back(world: World, choice: int, now: float) -> None:
    """Give the units of a choice back, then let those who wait start, one pool after the other."""
    units = world.choice[choice]
    needs = range(units.first_need, units.first_need + units.n_needs)
    for k in needs:
        pool = world.pool[world.need[k]]
        if pool.busy > pool.level:
            note_duty(world, world.need[k], now)
        pool.busy -= 1
    for k in needs:
        if world.pool[world.need[k]].n_waiting:
            serve(world, world.need[k])


@seldom
def serve_all(world: World, p: int) -> None:
    """Let those start who waited behind a patient."""
    request = world.request[world.patient[p].request]
    for k in range(request.first_need, request.first_need + request.n_needs):
        serve(world, world.need[k])


@seldom
def grow_worse(world: World, p: int) -> None:
    """Let a waiting patient become one level more urgent: the place in the queue follows."""
    patient = world.patient[p]
    leave_queues(world, p)
    patient.acuity -= 1
    if not world.request[patient.request].in_turn:
        patient.urgency = patient.acuity
    join_queues(world, p)
    serve_all(world, p)
