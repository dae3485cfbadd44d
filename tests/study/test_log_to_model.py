"""A simulated city, its exported log, and the model fitted to it: the fit covers the truth, verdicts are fair."""

import csv
from pathlib import Path

import pytest
from scipy.stats import binom

from experiments import cli
from experiments.build import build
from experiments.config import compose
from experiments.event_log.events import event_table
from experiments.from_log.model import Model, fit_model
from experiments.from_log.routing import Ordered
from experiments.from_log.validating import simulated_journeys
from experiments.from_log.windows import windows_of
from sim.run import drawn, simulate
from sim.streams import Replication
from tests.logged_clinic import CHOSEN, MEANS, SHARES, SPREADS, write_logged_clinic

pytestmark = pytest.mark.study

N = 12
STUDY = ["run.weeks=4", "run.warm_up_weeks=0", "run.executor=serial"]


def fitted(folder: Path) -> list[Model]:
    """Return models of independent logs, each of four weeks, of which 70 % are fitted to."""
    settings = compose([*CHOSEN, *STUDY], config_dir=folder)[0].settings
    models = []
    for index in range(N):
        scenario, policies = build(settings)
        replication = Replication(index, 20261122)
        run = simulate(scenario, policies, replication)
        events = event_table(scenario, drawn(scenario, replication).minutes, run.patients, run.transfers)
        journeys = simulated_journeys(events, settings.run.start_date)
        models.append(fit_model(journeys, windows_of(journeys, 0.3)))
    return models


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> list[Model]:
    return fitted(write_logged_clinic(tmp_path_factory.mktemp("logged")))


def intervals(model: Model) -> list[tuple[float, float, float]]:
    """Return truth, lower and upper end of everything that the clinic says as a number."""
    steps = {s.activity: s for phase in model.phases if isinstance(phase.routing, Ordered) for s in phase.routing.steps}
    found = [(40.0, *model.inflow["clinic"].per_day[1:])]
    found += [(MEANS[name], *model.laws[name].mean[1:]) for name in MEANS]
    found += [(SPREADS[name], *model.laws[name].sd[1:]) for name in SPREADS]
    found += [(share, steps[name].p.low, steps[name].p.high) for name, share in SHARES.items()]
    again = steps["emergency.bloods"].again
    ward = next(phase.p for phase in model.phases if phase.name == "ward")
    assert again is not None
    return [*found, (0.3, again.low, again.high), (0.1, ward.low, ward.high)]


def test_intervals_of_fits_cover_the_truth_as_often_as_they_say(models: list[Model]) -> None:
    every = [one for model in models for one in intervals(model)]
    missed = sum(not low <= truth <= high for truth, low, high in every)
    assert missed <= binom.ppf(0.999, len(every), 0.05), f"{missed} of {len(every)}"


def test_the_model_has_the_pathway_the_needs_and_the_sizes_of_the_clinic(models: list[Model]) -> None:
    for model in models:
        assert [(phase.name, phase.place) for phase in model.phases] == [
            ("door", None),
            ("emergency", "ed_space"),
            ("ward", "bed"),
        ]
        assert model.needs.of == {"door.triage": (("nurse",),), "emergency.assessment": (("doctor",),)}
        assert model.needs.staff["clinic"] == {"nurse": 2, "doctor": 3}
        assert model.needs.places["clinic"]["ed_space"] <= 9
    assert {model.inflow["clinic"].pattern for model in models} <= {"hour of the day", "hour and weekday"}


def run(*words: str) -> int:
    return cli.main([*words])


def test_a_log_becomes_a_model_that_runs_and_agrees_with_weeks_it_never_saw(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, study, again = write_logged_clinic(tmp_path / "conf"), tmp_path / "study", tmp_path / "again"
    begun = [
        "run",
        "--config-dir",
        str(folder),
        *CHOSEN,
        *STUDY,
        "run.replications=1",
        f"run.folder={tmp_path / 'first'}",
    ]
    assert run(*begun, "run.weeks=6") == 0
    log = tmp_path / "log.xes"
    assert run("export", "log", str(tmp_path / "first"), "--out", str(log)) == 0
    assert run("calibrate", "--log", str(log), "--out", str(study)) == 0
    fitted_run = ["run", "--config-dir", str(study), "experiment=study", f"run.folder={again}", "run.executor=serial"]
    assert run(*fitted_run, "run.replications=3") == 0
    assert run("validate", str(again), "--log", str(log)) == 0
    assert "Waiting cannot be compared" not in capsys.readouterr().out
    with (again / "validation.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["quantity"] for row in rows} == {
        "throughput time",
        "waiting",
        "arrivals",
        "arrivals by hour",
        "activity frequencies",
        "directly-follows shares",
    }
    assert (again / "validation.html").is_file()


def test_a_clinic_with_other_work_is_told_apart(tmp_path: Path) -> None:
    folder, other = write_logged_clinic(tmp_path / "conf"), tmp_path / "other"
    words = ["run", "--config-dir", str(folder), *CHOSEN, *STUDY, "run.replications=1", "run.weeks=10"]
    assert run(*words, f"run.folder={tmp_path / 'first'}") == 0
    longer = "pathways.visit.phases.1.steps.0.duration.gamma.mean_min=35"
    assert run(*words, f"run.folder={other}", longer) == 0
    log = tmp_path / "log.csv"
    assert run("export", "log", str(tmp_path / "first"), "--out", str(log)) == 0
    assert run("validate", str(other), "--log", str(log)) == 1
    with (other / "validation.csv").open(encoding="utf-8") as stream:
        verdicts = {(row["quantity"], row["what"]): row["verdict"] for row in csv.DictReader(stream)}
    assert verdicts["throughput time", "median"] == "differs"  # the mean hangs on the few who stay in the ward
    assert verdicts["waiting", "mean"] == "differs"
    assert verdicts["activity frequencies", "emergency.assessment"] == "agrees"
