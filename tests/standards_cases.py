"""Let hypothesis invent cities as files describe them, with everything that a bundle can carry."""

import math

import numpy as np
from hypothesis import strategies as st

from experiments.files.cases import PatientCases
from experiments.files.folder import CityFolder
from experiments.files.own_settings import OwnSetting
from sim.city import Hospital, Kind, Pool, Zone
from sim.shelves import Review, Shelf
from sim.units import FloatArray

HOURS = 168
NAMES = (
    st.text(alphabet="abcdefgxyz ÄñŁ-_.'0123456789", min_size=1, max_size=12).map(str.split).map(" ".join).filter(bool)
)
POOLS = (
    ("ed_space", Kind.PLACE),
    ("icu_bed", Kind.PLACE),
    ("medical_bed", Kind.PLACE),
    ("dialysis_chair", Kind.PLACE),
    ("ed_nurse", Kind.STAFF),
    ("radiographer", Kind.STAFF),
    ("cardiologist", Kind.STAFF),
    ("ct_scanner", Kind.EQUIPMENT),
    ("angio_suite", Kind.EQUIPMENT),
)
CONDITIONS = ("abdominal_pain", "chest_pain", "stroke")
CASES = PatientCases(
    CONDITIONS,
    ("age_years",),
    np.array([0, 1, 2, 2], dtype=np.int64),
    np.array([3, 2, 1, 5], dtype=np.int64),
    np.array([3, 3, 1, 5], dtype=np.int64),
    np.array([[34.0], [61.0], [77.0], [20.0]]),
)
POSITIVE = st.floats(1e-3, 1e6)
NUMBERS = st.floats(0.0, 1e6)


def shelves(medicine: str) -> st.SearchStrategy[Shelf]:
    """Return a strategy of shelves of one medicine."""
    return st.builds(
        Shelf,
        st.just(medicine),
        NUMBERS,
        st.one_of(st.just(math.inf), POSITIVE),
        NUMBERS,
        POSITIVE,
        st.one_of(st.none(), st.builds(Review, POSITIVE, POSITIVE, NUMBERS)),
        NUMBERS,
        st.booleans(),
        st.booleans(),
    )


@st.composite
def pools(draw: st.DrawFn, code: str, kind: Kind) -> Pool:
    """Return a pool that has one level for always, or one for each hour of the week."""
    if draw(st.booleans()):
        return Pool(code, kind, (draw(st.integers(1, 5)),))
    start, hours, day = draw(st.integers(0, 160)), draw(st.integers(1, 167)), draw(st.integers(1, 4))
    night = draw(st.integers(0, 4).filter(lambda level: level != day))
    levels = np.full(HOURS, night)
    levels[(start + np.arange(hours)) % HOURS] = day
    return Pool(code, kind, tuple(levels.tolist()))


@st.composite
def hospitals(draw: st.DrawFn, id_: str) -> Hospital:
    """Return a hospital with some pools in any order, and some medicines."""
    chosen = draw(st.lists(st.sampled_from(POOLS), unique=True, min_size=1, max_size=5))
    medicines = draw(st.lists(st.sampled_from(("platelets", "opioid", "own_mixture")), unique=True))
    return Hospital(
        id_,
        draw(NAMES),
        draw(st.floats(-90, 90)),
        draw(st.floats(-180, 180)),
        tuple(draw(pools(*one)) for one in chosen),
        draw(st.booleans()),
        tuple(draw(shelves(one)) for one in medicines),
        draw(st.sampled_from(("", "North"))),
    )


@st.composite
def cities(draw: st.DrawFn) -> CityFolder:
    """Return a city of one to three hospitals and zones."""
    n, z = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    ids = draw(st.lists(NAMES, unique=True, min_size=n + z, max_size=n + z))
    owners = tuple(draw(hospitals(id_)) for id_ in ids[:n])
    places = {pool.code for one in owners for pool in one.pools if pool.kind is Kind.PLACE}
    return CityFolder(
        name=draw(NAMES),
        hospitals=owners,
        zones=tuple(
            Zone(id_, draw(NAMES), draw(st.floats(-90, 90)), draw(st.floats(-180, 180)), draw(NUMBERS))
            for id_ in ids[n:]
        ),
        hourly_rate=np.resize(draw(_table(z, 5, st.floats(0.0, 30.0))), (z, HOURS)),
        conditions=CONDITIONS,
        condition_share=_shares(draw(_table(z, len(CONDITIONS), st.floats(0.01, 1.0)))),
        electives_per_day=draw(_table(1, n, st.one_of(NUMBERS, st.just(math.nan))))[0],
        occupied={code: _patients(owners, code, draw(st.booleans())) for code in sorted(places)},
        travel_min=draw(st.one_of(st.none(), _ways(n))),
        choice_share=draw(st.one_of(st.none(), _table(z, n, st.floats(0.0, 1.0)).map(_shares))),
        cases=CASES,
        zone_travel_min=draw(st.one_of(st.none(), _table(z, n, st.floats(0.0, 900.0)))),
        settings=draw(st.sampled_from(({}, {"transfers.crews": OwnSetting(7.0, "as many as there are")}))),
    )


def _table(rows: int, columns: int, values: st.SearchStrategy[float]) -> st.SearchStrategy[FloatArray]:
    row = st.lists(values, min_size=columns, max_size=columns)
    return st.lists(row, min_size=rows, max_size=rows).map(np.array)


def _ways(n: int) -> st.SearchStrategy[FloatArray]:
    return _table(n, n, st.floats(0.0, 600.0)).map(lambda table: table * (1 - np.eye(n)))


def _shares(table: FloatArray) -> FloatArray:
    total = table.sum(axis=1, keepdims=True)
    even = np.full_like(table, 1.0 / table.shape[1])
    return np.where(total > 1e-6, table / np.where(total > 1e-6, total, 1.0), even)


def _patients(owners: tuple[Hospital, ...], code: str, is_known: bool) -> FloatArray:
    """Return half of each pool, NaN where there is none, or where nothing is known."""
    found = [one.pool(code) for one in owners]
    return np.array([pool.establishment / 2 if pool and is_known else math.nan for pool in found])
