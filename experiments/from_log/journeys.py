"""Turn the events of a log into journeys: cases, what was done to them and when, stays in places, and waits."""

import re
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

from experiments.event_log.events import ABORT, ARRIVAL, COMPLETE, DEPARTURE, WAIT
from experiments.event_log.events import START as STARTED
from experiments.from_log.reading import OWN, EventLog

PHASE = "care"
"""The only phase of pathways that are fitted to logs of others."""

MINUTE = pd.Timedelta(minutes=1)
COPY = re.compile(r"_\d+$")


@dataclass(frozen=True, slots=True, eq=False)
class Journeys:
    """Hold a log as journeys; moments are minutes since `origin`, a midnight, NaN where nothing was seen.

    `cases`: arrived, departed, last (moment seen), hospital, by case. `steps`: case, activity, start, end, before (when
    the case was free for it), is_first (of its case), resource, hospital, in order. `stays` and `waits`, only in logs
    that CityCare wrote: case, activity (the phase), start, end, resource (the place), hospital, left (gave up).
    """

    origin: datetime
    cases: pd.DataFrame
    steps: pd.DataFrame
    stays: pd.DataFrame
    waits: pd.DataFrame
    notes: tuple[str, ...] = ()

    def of(self, cases: "pd.Index[str]") -> "Journeys":
        """Return these cases alone."""
        steps, stays, waits = (one[one["case"].isin(cases)] for one in (self.steps, self.stays, self.waits))
        return Journeys(self.origin, self.cases.loc[cases], steps, stays, waits, self.notes)

    @property
    def timed(self) -> bool:
        """Say whether the log shows when activities begin, so that work and waiting can be told apart."""
        return bool(self.steps["start"].notna().any())


def plain_name(activity: str) -> str:
    """Return a name that a pathway may use; digits at its end are kept apart from numbers of copies."""
    name = re.sub(r"[^0-9a-z]+", "_", activity.lower()).strip("_") or "activity"
    name = name if name[0].isalpha() else f"a_{name}"
    return COPY.sub(lambda match: f"_no{match[0][1:]}", name)


def journeys_of(log: EventLog, origin: datetime | None = None) -> Journeys:
    """Return the journeys of a log; `origin` is the midnight before the first event, if not given."""
    events = log.events
    zero = pd.Timestamp(origin) if origin else events["timestamp"].min().normalize()
    spans, notes = _spans(events, zero)
    spans["activity"] = _names(spans["activity"], log.is_own)
    kind = _kinds(spans["activity"], log.is_own)
    waits = spans[kind == WAIT].assign(activity=spans["activity"].str.removeprefix(WAIT))
    steps = _in_order(spans[kind == "step"])
    cases = _cases(spans, kind)
    steps = steps.assign(before=_free_since(steps, cases), is_first=~steps["case"].duplicated())
    return Journeys(zero.to_pydatetime(), cases, steps, spans[kind == "stay"], waits, notes)


def _spans(events: pd.DataFrame, zero: pd.Timestamp) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Pair every start with the next completion of the same activity of the same case, in order."""
    own = events["start"].notna()
    begun = events[(events["lifecycle"] == STARTED)]
    done = events[events["lifecycle"].isin((COMPLETE, ABORT))]
    keys = ["case", "activity"]
    left = begun.assign(k=begun.groupby(keys).cumcount())[[*keys, "k", "row", "timestamp", "resource", "hospital"]]
    right = done.assign(k=done.groupby(keys).cumcount())
    right = right[[*keys, "k", "row", "timestamp", "resource", "hospital", "lifecycle", "start"]]
    both = left.merge(right, on=[*keys, "k"], how="outer", suffixes=("_from", ""))
    start = both["timestamp_from"].fillna(both["start"]) if own.any() else both["timestamp_from"]
    made = pd.DataFrame({name: both[name] for name in keys})
    made["start"], made["end"] = ((one - zero) / MINUTE for one in (pd.to_datetime(start), both["timestamp"]))
    for name in ("resource", "hospital", "row"):
        made[name] = both[f"{name}_from"].fillna(both[name])
    made["left"] = np.equal(both["lifecycle"].to_numpy(), ABORT).astype(np.bool_)
    backwards = made["end"] < made["start"]
    made.loc[backwards, "start"] = np.nan
    return made, tuple(_notes(made, backwards, begun))


def _notes(made: pd.DataFrame, backwards: "pd.Series[bool]", begun: pd.DataFrame) -> "list[str]":
    """Return what was seen of spans that are not whole, with the first rows and what to do."""
    timed = made["activity"].isin(begun["activity"].unique())
    seen = (
        (backwards, "completed before they started; the start is not used. Mend the order of their events"),
        (timed & made["start"].isna() & ~backwards, "have no start, though their activity has; give them one"),
        (made["start"].notna() & made["end"].isna(), "were not completed; they count as cut off by the end of the log"),
    )
    return [f"{mask.sum():,} spans {text} ({_first_rows(made[mask])})" for mask, text in seen if mask.any()]


def _first_rows(spans: pd.DataFrame) -> str:
    rows = sorted(spans["row"].astype(int))
    return "row " + ", ".join(map(str, rows[:5])) + (", ..." if len(rows) > 5 else "")


def _names(activities: "pd.Series[str]", own: bool) -> "pd.Series[str]":
    """Return names as the model has them; copies of a step (`ct_2`) count as the step."""
    known = activities.unique()
    if not own:
        return activities.map({name: plain_name(name) for name in known})
    return activities.map({name: _own_name(name, set(known)) for name in known})


def _own_name(name: str, known: set[str]) -> str:
    base = COPY.sub("", name)
    single = name.startswith(f"{PHASE}.")
    name = base if single or base in known else name
    return name.removeprefix(f"{PHASE}.")


def _kinds(activities: "pd.Series[str]", own: bool) -> "pd.Series[str]":
    if not own:
        return activities.map(dict.fromkeys(activities.unique(), "step"))
    phases = {name.removeprefix(WAIT) for name in activities.unique() if name.startswith(WAIT)}

    def kind(name: str) -> str:
        if name in OWN:
            return name
        if name.startswith(WAIT):
            return WAIT
        return "stay" if name in phases else "step"

    return activities.map({name: kind(name) for name in activities.unique()})


def _in_order(steps: pd.DataFrame) -> pd.DataFrame:
    """Return steps case by case as they began, or ended where no start was seen."""
    moment = steps["start"].fillna(steps["end"])
    return steps.assign(moment=moment).sort_values(["case", "moment", "row"], kind="stable").reset_index(drop=True)


def _cases(spans: pd.DataFrame, kind: "pd.Series[str]") -> pd.DataFrame:
    """Return one row a case; logs of others show no departure: the last event is taken for it."""
    moments = spans.assign(first=spans[["start", "end"]].min(axis=1), last=spans[["start", "end"]].max(axis=1))
    cases = moments.groupby("case").agg(arrived=("first", "min"), last=("last", "max"))
    cases["hospital"] = moments.sort_values("first", kind="stable").groupby("case")["hospital"].first()
    if (kind == ARRIVAL).any():
        cases["departed"] = spans[kind == DEPARTURE].groupby("case")["end"].first().reindex(cases.index)
    else:
        cases["departed"] = cases["last"]
    return cases


def _free_since(steps: pd.DataFrame, cases: pd.DataFrame) -> "pd.Series[float]":
    """Return when each step could have begun: when all earlier ones had ended, or the case had come."""
    ended = steps["end"].fillna(steps["start"]).groupby(steps["case"]).cummax()
    before = ended.groupby(steps["case"]).shift()
    return before.fillna(steps["case"].map(cases["arrived"]))
