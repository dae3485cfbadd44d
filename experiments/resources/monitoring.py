"""Carry out `monitor`: take in the states of devices, then show use, supply against demand, and alerts."""

import argparse
import math

from experiments.commands.shared import DONE
from experiments.resources.asked import Asked
from experiments.resources.feed import read_feed, replay
from experiments.resources.store import changing, read_desk
from experiments.resources.usage import hour_edges
from experiments.resources.watching import Watched
from sim.faults import Fault
from sim.platform.desk import OPERATOR
from sim.platform.thresholds import Thresholds

LONGEST_HOURS = 24 * 366


def monitor_(options: argparse.Namespace) -> int:
    """Take in a feed if there is one, and print what the monitor shows."""
    asked = Asked(options)
    call, window = asked.call(), asked.window(-math.inf)
    thresholds = Thresholds(options.least_ratio, options.most_used)
    asked.faults += thresholds.faults("monitor")
    if call.actor != OPERATOR:
        asked.faults.append(Fault("--by", call.actor, "leave it out; the monitor shows what concerns all hospitals"))
    asked.check()
    if options.feed:
        with changing(options.folder) as desk:
            replay(desk, call, read_feed(options.feed, desk))
    else:
        desk = read_desk(options.folder)
    edges = hour_edges(desk.state, *window)
    if len(edges) > LONGEST_HOURS:
        asked.faults.append(Fault("--from, --until", f"{len(edges)} hours", f"watch at most {LONGEST_HOURS} hours"))
        asked.check()
    print(Watched(desk.state, edges, call.time_min).table(options.show, thresholds).shown(options.form))
    return DONE
