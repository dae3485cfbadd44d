"""Turn settings into a checked scenario and fresh policies: from the shape of a configuration to its meaning."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from experiments.agreement_settings import agreements_of
from experiments.beliefs import believing
from experiments.city import unknown_pools
from experiments.closures import at_partners, closed
from experiments.conveyance import conveyance_faults
from experiments.formulary import kept, wanted_per_day
from experiments.inflow import sources
from experiments.offered_load import unstable
from experiments.pathways import PathwayText
from experiments.planned import spread_planned
from experiments.plugins import policies_by_seat
from experiments.posts import learn_calls, posts_of
from experiments.reading_center import read_at_center
from experiments.schema import close_match, join, read, stop_at
from experiments.settings import RunKind, RunSettings, Settings
from experiments.sources import SourceMaker, seasonal
from experiments.start import from_today
from experiments.start_date import hour_at_start, started_at
from experiments.triage_lessons import file_faults, taught
from experiments.world import World, described_world
from policies.staffing.expected_work import ExpectedWork
from sim.choices import Choice
from sim.city import City
from sim.contract import CityFacts, Policies
from sim.engine import chosen_engine
from sim.faults import Fault, ScenarioError
from sim.pathway import Pathway
from sim.post_rules import Posts
from sim.scenario import Horizon, Scenario, Source
from sim.seats.rostering import rostered_roles
from sim.streams import Replication
from sim.units import MINUTES_PER_WEEK
from sim.views import city_facts

ALWAYS_SEATED = ("transfer", "triage")


def build(settings: Settings) -> tuple[Scenario, Policies]:
    """Return the scenario and its policies, fresh for one replication.

    Raises:
        ScenarioError: with all faults of meaning, of policies as well as of the scenario.
    """
    scenario, seats = _checked(settings)
    _teach(seats, scenario, settings.run.root_seed)
    return scenario, Policies(**seats)


def check(settings: Settings) -> Scenario:
    """Return the scenario when the whole configuration has a meaning; nothing is learned yet.

    Raises:
        ScenarioError: as `build` does.
    """
    return _checked(settings)[0]


def _checked(settings: Settings) -> tuple[Scenario, dict[str, Any]]:
    faults: list[Fault] = []
    seats = _read_seats(settings, faults)
    try:
        scenario = build_scenario(settings)
        faults.extend(_city_faults(seats, city_facts(scenario)))
        faults.extend(_list_faults(seats, scenario))
        faults.extend(file_faults(seats.get("triage"), scenario))
        chosen_engine(scenario, settings.run.engine)
    except ScenarioError as error:
        faults.extend(error.faults)
    stop_at(faults)
    return scenario, seats


def build_scenario(settings: Settings) -> Scenario:
    """Return the checked scenario.

    Raises:
        ScenarioError: with all faults of meaning.
    """
    faults: list[Fault] = []
    world = described_world(settings, faults)
    run = settings.run
    settings, city, texts = _places(settings, world, faults)
    scenario = Scenario(
        name=world.city.name,
        city=kept(city, settings.formulary),
        pathways=tuple(Pathway(name, text.phases, text.choices) for name, text in texts.items()),
        conditions=world.conditions,
        sources=_sources(settings, world, faults),
        case_mix=world.case_mix,
        patience=settings.patience,
        horizon=Horizon(run.warm_up_weeks * MINUTES_PER_WEEK, run.weeks * MINUTES_PER_WEEK),
        transfers=settings.transfers,
        exchange=settings.exchange,
        agreements=agreements_of(settings.agreements),
        monitor=settings.monitor,
        lists=settings.lists,
        outliers=settings.outliers,
        openings=settings.openings,
        information=settings.information,
        loans=settings.loans,
        rosters=settings.rosters,
        attributes=tuple(Choice(name, one.names, one.shares) for name, one in settings.attributes.items()),
        deterioration=settings.deterioration,
        returns=settings.returns,
        dispatch=settings.conveyance.dispatch if settings.conveyance else None,
        posts=_posts(settings, city),
    )
    needed = {code for pathway in scenario.pathways for code in pathway.pool_codes}
    faults.extend(unknown_pools(settings.city, sorted(needed.union(scenario.city.pool_codes))))
    stop_at([*faults, *scenario.faults()])
    if settings.city.electives.spread != 1:
        world = replace(world, inflow=spread_planned(scenario, settings.city, world.city, world.inflow))
        scenario = replace(scenario, sources=_sources(settings, world, faults))
    scenario = believing(scenario, {name: one.believed for name, one in settings.conditions.items()})
    if settings.formulary:
        scenario = replace(scenario, city=kept(city, settings.formulary, wanted_per_day(scenario)))
    if run.kind is RunKind.STEADY_STATE:
        stop_at([*warm_up_faults(run), *unstable(scenario)])
    scenario = started_at(scenario, hour_at_start(run.start_date))
    return from_today(scenario, settings) if settings.start is not None else scenario


def _places(settings: Settings, world: World, faults: list[Fault]) -> tuple[Settings, City, dict[str, PathwayText]]:
    """Return the city with everything that changes its places, the pathways through it, and the settings they need."""
    city, conveyance = world.scaled_city(settings), settings.conveyance
    policies = settings.dispatch.get("policy"), settings.posts.get("policy")
    faults.extend(conveyance_faults(conveyance, *policies, settings.pathways.values()))
    if conveyance:
        city = conveyance.city(city, settings.pathways)
        settings = replace(settings, attributes=conveyance.attributes(settings.attributes))
        settings = replace(settings, pathways=conveyance.pathways(settings.pathways))
    city = closed(city, settings.closures, settings.run.warm_up_weeks * MINUTES_PER_WEEK, faults)
    city, texts = read_at_center(city, settings.pathways, settings.reading_center, faults)
    return settings, city, at_partners(texts, city, settings.scans_at_partners, faults)


def warm_up_faults(run: RunSettings) -> Iterator[Fault]:
    """Yield a fault for a steady state that is observed from the start on, before anything has settled."""
    if run.warm_up_weeks == 0:
        mend = "give weeks above zero, so that the start is forgotten, or set run.kind=terminating"
        yield Fault("run.warm_up_weeks", run.warm_up_weeks, mend)


def _posts(settings: Settings, city: City) -> Posts | None:
    """Return where crews may wait, if the conveyance says so."""
    conveyance = settings.conveyance
    if conveyance is None or conveyance.posts is None:
        return None
    sizes = {phase.place for text in settings.pathways.values() for phase in text.phases if phase.name == conveyance.to}
    return posts_of(conveyance.posts, city, conveyance.phase.place or "", sizes, settings.city.travel)


def _sources(settings: Settings, world: World, faults: list[Fault]) -> tuple[Source, ...]:
    """Return the sources of the city's demand, then those that are described one by one."""
    starts_at = datetime.fromisoformat(settings.run.start_date)
    usual = sources(settings.city, world.city, world.inflow, faults)
    maker = SourceMaker(world.city, tuple(settings.conditions), starts_at, faults)
    return (*seasonal(usual, settings.city.demand.season, starts_at), *maker.sources(settings.sources))


def _read_seats(settings: Settings, faults: list[Fault]) -> dict[str, Any]:
    """Return one policy for each seat that names one, read from the settings of its class."""
    seats: dict[str, Any] = {}
    for seat, known in policies_by_seat(settings.plugins).items():
        chosen = dict(getattr(settings, seat))
        if not chosen and seat not in ALWAYS_SEATED:
            continue
        name = chosen.pop("policy", None)
        if name not in known:
            mend = f"{close_match(str(name), known)}; name the file of a policy of your own with --plugin FILE.py"
            faults.append(Fault(join(seat, "policy"), name, mend))
        else:
            seats[seat] = read(known[name], chosen, seat, faults)
    return seats


def _city_faults(seats: dict[str, Any], city: CityFacts) -> Iterator[Fault]:
    """Yield the faults of policies whose settings name what the city has not."""
    for seat, policy in seats.items():
        if hasattr(policy, "city_faults"):
            yield from (Fault(*one) for one in policy.city_faults(city, seat))


def _list_faults(seats: dict[str, Any], scenario: Scenario) -> Iterator[Fault]:
    """Yield a fault where patients wait on lists from which nobody would ever call them."""
    for source in scenario.sources:
        if source.listed_for is not None and "admission" not in seats:
            mend = "name a policy that calls patients from the lists, for example admission=first_come"
            yield Fault("admission.policy", None, f"{mend} ({source.name})")


def _teach(seats: dict[str, Any], scenario: Scenario, root_seed: int) -> None:
    """Give policies that learn what they have to learn."""
    staffing = seats["staffing"]
    seats["triage"] = taught(seats["triage"], scenario, root_seed)
    if getattr(staffing, "history_weeks", 0) and hasattr(staffing, "expected"):
        seats["staffing"] = replace(staffing, expected=_expected_work(scenario, root_seed, staffing.history_weeks))
    posts: Any = seats.get("posts")
    if getattr(posts, "history_weeks", 0) and scenario.posts is not None:
        calls = learn_calls(scenario, Replication(0, root_seed), posts.history_weeks)
        seats["posts"] = replace(posts, expected_calls=calls)
    rostering: Any = seats.get("rostering")
    if getattr(rostering, "history_weeks", 0) and hasattr(rostering, "expected"):
        work = _expected_work(scenario, root_seed, rostering.history_weeks, rostered_roles(scenario))
        seats["rostering"] = replace(rostering, expected=work)


def _expected_work(
    scenario: Scenario, root_seed: int, weeks: int, roles: tuple[str, ...] | None = None
) -> ExpectedWork:
    """Return the work that a past of the city showed; of the staff that can be lent where no roles are named."""
    from experiments.forecasting.work import learn_work

    return learn_work(scenario, Replication(0, root_seed), weeks, roles)
