"""Advance a world from one event of SimPy's clock to the next, and change it in between."""

from collections.abc import Callable
from math import inf
from typing import NamedTuple

from sim.compiled.machine.addresses import world_at
from sim.compiled.machine.jit import entry, inner, sources
from sim.compiled.machine.queues import MOVED, end_wait, note_duty, on_duty, pop, push, serve
from sim.compiled.machine.story import ring, wake
from sim.compiled.machine.tables import World
from sim.compiled.machine.treatment import WAITS_FOR_PLACE, end_cleaning
from sim.journey import ARRIVAL, CLEANING, PATIENCE, WORSENING
from sim.units import IntArray


@inner
def happen(world: World, order: int, now: float) -> None:
    """Let happen what is due beside patients' own stories."""
    if order >= PATIENCE:
        ring(world, order - PATIENCE, False, now)
    elif order >= CLEANING:
        end_cleaning(world, order - CLEANING, now)
    else:
        ring(world, order - WORSENING, True, now)


@inner
def due_first(world: World) -> tuple[float, int]:
    """Return time and order of what is due first: an entry of the agenda, or the next arrival."""
    clock, agenda, patient = world.clock[0], world.agenda, world.patient
    arrival = patient[clock.n_arrived].arrived if clock.n_arrived < len(patient) else inf
    if clock.n_due and agenda[0].time <= arrival:
        return agenda[0].time, agenda[0].order
    return arrival, ARRIVAL


@inner
def next_ready(world: World) -> int:
    """Return who has been ready for longest."""
    clock = world.clock[0]
    p = clock.first_ready
    clock.first_ready = world.patient[p].next_ready
    return int(p)


@inner
def next_arrival(world: World) -> int:
    """Return who arrives."""
    clock = world.clock[0]
    clock.n_arrived += 1
    return int(clock.n_arrived - 1)


@inner
def change_rosters(world: World, now: float, changes: IntArray) -> None:
    """Change units on rosters and guests, rows of (pool, rostered, guests); then those who wait start.

    Units in use stay on until given back.
    """
    for k in range(len(changes)):
        number = changes[k, 0]
        note_duty(world, number, now)
        world.pool[number].rostered, world.pool[number].guests = changes[k, 1], changes[k, 2]
        world.pool[number].level = on_duty(world, number)
    for k in range(len(changes)):
        serve(world, changes[k, 0])


@inner
def change_down(world: World, now: float, number: int, units: int) -> None:
    """Take more units of a pool out of use, or bring them back if fewer than none; then those who wait start."""
    note_duty(world, number, now)
    world.pool[number].down += units
    world.pool[number].level = on_duty(world, number)
    if units < 0:
        serve(world, number)


@inner
def send(world: World, p: int, phase: int, ride_min: float) -> None:
    """Keep a unit for a patient who waits for a place, at the hospital of another phase row, and end the wait here."""
    patient = world.patient[p]
    place = world.phase[patient.phase].place
    patient.phase, patient.ride = phase, ride_min
    world.pool[world.phase[phase].place].busy += 1
    end_wait(world, p, MOVED)
    serve(world, place)


@inner
def list_waiting(world: World, number: int, found: IntArray) -> int:
    """Write down the patients who wait for a transferable place of a pool, in order of rank; return how many."""
    n, entry = 0, world.pool[number].first
    while entry >= 0:
        p = entry // world.clock[0].width
        patient = world.patient[p]
        if patient.state == WAITS_FOR_PLACE and world.phase[patient.phase].transferable:
            found[n] = p
            n += 1
        entry = world.link[entry].next
    return n


class Entries(NamedTuple):
    """Name the compiled functions that Python calls; each says what it does where it is written above."""

    move_on: Callable[[IntArray, float, float, int], bool]
    change_rosters: Callable[[IntArray, float, IntArray], None]
    change_down: Callable[[IntArray, float, int, int], None]
    send: Callable[[IntArray, int, int, float], None]
    call_in: Callable[[IntArray, int, float], None]
    list_waiting: Callable[[IntArray, int, IntArray], int]


def _entries(version: int) -> Entries:
    """Return the entries, kept on disk for this version of the sources, which every one of them encloses."""

    @entry
    def enter_move_on(at: IntArray, now: float, time: float, order: int) -> bool:
        """Move from now on as far as before (time, order); False when log rows must be taken away first."""
        world = world_at(at)
        clock = world.clock[0]
        while version and clock.n_logged + clock.spare < len(world.logged):
            due_time, due_order = due_first(world)
            if clock.first_ready >= 0:
                p = next_ready(world)
            elif due_time > time or (due_time == time and due_order >= order):
                return True
            elif due_order == ARRIVAL:
                now, p = due_time, next_arrival(world)
            else:
                pop(world)
                if due_order >= WORSENING:
                    now = due_time
                    happen(world, due_order, now)
                    continue
                now, p = due_time, due_order - 1
            wake(world, p, now)
        return False

    @entry
    def enter_change_rosters(at: IntArray, now: float, changes: IntArray) -> None:
        if version:
            change_rosters(world_at(at), now, changes)

    @entry
    def enter_change_down(at: IntArray, now: float, number: int, units: int) -> None:
        if version:
            change_down(world_at(at), now, number, units)

    @entry
    def enter_send(at: IntArray, p: int, phase: int, ride_min: float) -> None:
        if version:
            send(world_at(at), p, phase, ride_min)

    @entry
    def enter_call_in(at: IntArray, p: int, now: float) -> None:
        """Let a patient come at this instant."""
        if version:
            push(world_at(at), now, p + 1)

    @entry
    def enter_list_waiting(at: IntArray, number: int, found: IntArray) -> int:
        return list_waiting(world_at(at), number, found) if version else 0

    every = enter_change_rosters, enter_change_down, enter_send, enter_call_in, enter_list_waiting
    return Entries(enter_move_on, *every)


ENTRIES = _entries(sources(WORSENING, CLEANING, PATIENCE, ARRIVAL))
