"""Build a scenario whose draws are all different: two sources, three conditions, two pathways, graded numbers."""

import numpy as np

from sim.city import City, Hospital, Kind, Pool, Zone
from sim.distributions import Exponential, Fixed, Uniform
from sim.pathway import Graded, Pathway, Phase, Step
from sim.scenario import CaseMix, Condition, Horizon, Information, Patience, Scenario, Source, TransferRules

NURSE_SHARE = np.array(
    [
        [0.6, 0.4, 0.0, 0.0, 0.0],
        [0.1, 0.7, 0.2, 0.0, 0.0],
        [0.0, 0.1, 0.8, 0.1, 0.0],
        [0.0, 0.0, 0.2, 0.7, 0.1],
        [0.1, 0.0, 0.0, 0.3, 0.6],
    ]
)
CHOICE = np.array([[0.5, 0.2, 0.3]])
PATIENCE = Patience(never_leaves_share=0.3, mean_min=40.0)
WARD_P = (0.9, 0.7, 0.5, 0.3, 0.1)
TEST_P = 0.25
STAYS = tuple(Uniform(100.0 * a, 100.0 * a + 50.0) for a in range(1, 6))

LONG = Pathway(
    "long",
    (
        Phase(
            "door",
            (Step("look", Graded((Exponential(10.0),))), Step("test", Graded((Fixed(3.0),)), (), Graded((TEST_P,)))),
        ),
        Phase("ward", (Step("stay", Graded(STAYS)),), "bed", p=Graded(WARD_P)),
    ),
)
SHORT = Pathway("short", (Phase("door", (Step("look", Graded((Exponential(30.0),))),)),))


def drawn_world(rate_per_hour: float = 100.0, at_start: int = 0) -> Scenario:
    """Return three hospitals with a bed each, whom a zone and one hospital's planned patients reach."""
    names = ("x", "y", "w")
    hospitals = tuple(Hospital(name, name, 0.0, 0.0, (Pool("bed", Kind.PLACE, (9,)),)) for name in names)
    case_mix = CaseMix(
        ("pulse", "age"),
        mean=np.array([[10.0 * a, 50.0] for a in range(1, 6)]),
        sd=np.array([[0.5 * a, 20.0] for a in range(1, 6)]),
        low=np.array([0.0, 30.0]),
        high=np.array([np.inf, 60.0]),
        nurse_share=NURSE_SHARE,
    )
    return Scenario(
        name="drawn",
        city=City("drawn", hospitals, (Zone("z", "Zone", 0.0, 0.0, 1.0),), np.zeros((3, 3)), CHOICE),
        pathways=(SHORT, LONG),
        conditions=(
            Condition("mild", "short", np.array([0.0, 0.0, 0.2, 0.3, 0.5])),
            Condition("grave", "long", np.array([0.3, 0.3, 0.2, 0.1, 0.1])),
            Condition("odd", "long", np.array([0.2, 0.2, 0.2, 0.2, 0.2])),
        ),
        sources=(
            Source("plan", ("odd",), np.ones(1), np.full(168, rate_per_hour / 4), hospital=2, at_start=at_start),
            Source("zone", ("grave", "odd", "mild"), np.array([0.5, 0.2, 0.3]), np.full(168, rate_per_hour), zone=0),
        ),
        case_mix=case_mix,
        patience=PATIENCE,
        horizon=Horizon(0.0, 10_080.0),
        transfers=TransferRules(60.0, Uniform(0.0, 20.0), Exponential(90.0), crews=1),
        information=Information(),
    ).checked()
