"""Read and write medical_stock.csv: the medicines that hospitals keep, how long they last, and how more comes."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from experiments.files.reading import read_sheet
from experiments.files.sheet import Sheet
from sim.city import Hospital
from sim.shelves import Review, Shelf

FILE = "medical_stock.csv"
REQUIRED = ("hospital", "medicine", "units")
COLUMNS = (
    *REQUIRED,
    "life_min",
    "price",
    "cold",
    "controlled",
    "review_every_min",
    "order_up_to",
    "lead_min",
    "deliveries_per_day",
    "units_per_delivery",
)
MOST = 1e9
Shelves = dict[str, tuple[Shelf, ...]]


def read_stock(path: Path, known: Sequence[str]) -> tuple[Sheet, Shelves]:
    """Read the shelves of each hospital, by its id; what is wrong is in the sheet's faults.

    `known` are the ids of all hospitals of the city; when it is empty their own file has faults, reported there.
    """
    sheet = read_sheet(path, REQUIRED)
    owners, medicines = sheet.texts("hospital", required=True), sheet.texts("medicine", required=True)
    if known:
        sheet.blame_unknown(owners, known, "hospital")
    sheet.blame_repeats(list(zip(owners, medicines, strict=True)), "medicine", "give each medicine one row a hospital")
    reviews = _reviews(sheet)
    columns = [
        sheet.numbers("units", low=0, high=MOST),
        sheet.numbers("life_min", low=0, high=MOST, default=math.inf),
        sheet.numbers("deliveries_per_day", low=0, high=MOST, default=0.0),
        sheet.numbers("units_per_delivery", low=0, high=MOST, default=1.0),
        sheet.numbers("price", low=0, high=MOST, default=0.0),
    ]
    cold, controlled = ([one == "yes" for one in sheet.words(name, ("yes", "no"), "no")] for name in COLUMNS[5:7])
    shelves: Shelves = {}
    for i, owner in enumerate(owners):
        units, life_min, per_day, each, price = (float(column[i]) for column in columns)
        shelf = Shelf(medicines[i], units, life_min, per_day, each, reviews[i], price, cold[i], controlled[i])
        shelves[owner] = (*shelves.get(owner, ()), shelf)
        _blame(sheet, i, shelf)
    return sheet, shelves


def _reviews(sheet: Sheet) -> list[Review | None]:
    """Return how each shelf is filled up, None where its row leaves both cells empty."""
    every, up_to = (sheet.numbers(name, low=0, high=MOST, default=math.nan) for name in COLUMNS[7:9])
    lead = sheet.numbers("lead_min", low=0, high=MOST, default=0.0)
    half = [math.isnan(a) != math.isnan(b) for a, b in zip(every.tolist(), up_to.tolist(), strict=True)]
    for i in (i for i, is_half in enumerate(half) if is_half):
        sheet.blame(i, "review_every_min", "give review_every_min and order_up_to, or neither")
    rows = zip(every.tolist(), up_to.tolist(), lead.tolist(), strict=True)
    return [None if math.isnan(a) or math.isnan(b) else Review(a, b, c) for a, b, c in rows]


def _blame(sheet: Sheet, record: int, shelf: Shelf) -> None:
    """Blame zeros that the ranges let pass: a life, a review or a delivery of nothing."""
    named = {"life_min": shelf.life_min, "units_per_delivery": shelf.units_per_delivery}
    if shelf.review:
        named |= {"review_every_min": shelf.review.every_min, "order_up_to": shelf.review.up_to}
    for column, value in named.items():
        if value == 0:
            sheet.blame(record, column, "give a number above zero, or leave it empty")


def stocked(hospitals: Sequence[Hospital], shelves: Shelves) -> tuple[Hospital, ...]:
    """Return the hospitals with their shelves; those of hospitals that are left out are not used."""
    return tuple(replace(one, shelves=shelves.get(one.id, ())) for one in hospitals)


def stock_rows(hospitals: Sequence[Hospital]) -> Iterator[Sequence[object]]:
    """Yield the header and one row for each shelf, so that `read_stock` gives them back."""
    yield COLUMNS
    for hospital in hospitals:
        for shelf in hospital.shelves:
            yield (hospital.id, shelf.medicine, _number(shelf.at_start), *_terms(shelf))


def _terms(shelf: Shelf) -> Iterator[object]:
    yield "" if math.isinf(shelf.life_min) else _number(shelf.life_min)
    yield _number(shelf.price)
    yield from ("yes" if flag else "no" for flag in (shelf.cold, shelf.controlled))
    review = shelf.review
    yield from map(_number, (review.every_min, review.up_to, review.lead_min)) if review else ("", "", "")
    yield from map(_number, (shelf.deliveries_per_day, shelf.units_per_delivery))


def _number(value: float) -> str:
    return repr(float(value)).removesuffix(".0")
