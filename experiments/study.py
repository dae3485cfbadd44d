"""Run a study: every cell and replication, in parallel; go on with what was begun; compare what is finished."""

from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from experiments import manifest
from experiments.attribution import attribute, factorial_of
from experiments.comparisons import baselines, compare
from experiments.config import CellConfig
from experiments.executor import Executor, Lost
from experiments.fingerprint import joint_hash
from experiments.limits import Limits
from experiments.means import THIS_MACHINE, Means
from experiments.measures import MEASURES
from experiments.progress import Silent, Watcher, counted
from experiments.replication import LATE_IMPORTS, Failure, Job, Runner, Unwritten, replicate, run_cell
from experiments.service_plan import STORED, service_plans
from experiments.store import Receipt, RunFolder, UnwrittenError
from experiments.world import place_names
from sim.faults import Fault, ScenarioError
from sim.streams import Replication

FOLDERS = Path("runs")
ALIKE = ("replications", "root_seed", "baseline")

Key = tuple[str, int]
"""Name a replication: its cell and its index."""


@dataclass(frozen=True, slots=True)
class Study:
    """State what is run: `n_replications` of every cell, paired by index, and which levels are the baseline.

    `counts` names the cells that have another number of replications.
    `measure` answers the question first. `names` gives the names of "hospitals" and "zones" by id. `documents` are
    kept in the run's folder, as JSON, by their file names.
    """

    cells: Sequence[CellConfig]
    n_replications: int
    root_seed: int
    baseline: Mapping[str, str] = field(default_factory=dict)
    name: str = "run"
    question: str = ""
    command: str = ""
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    documents: Mapping[str, object] = field(default_factory=dict)
    measure: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)

    def n_of(self, cell: str) -> int:
        """Return the replications of a cell."""
        return self.counts.get(cell, self.n_replications)

    @property
    def keys(self) -> list[Key]:
        """Return all replications in the order of every table."""
        return [(cell.name, index) for cell in self.cells for index in range(self.n_of(cell.name))]

    @property
    def default_folder(self) -> Path:
        """Return the folder of a study that names none, the same for the same configuration."""
        return FOLDERS / f"{self.name}-{joint_hash(cell.hash for cell in self.cells)[:10]}"

    def manifest(self) -> dict[str, object]:
        """Return the part of the manifest that is known before anything runs."""
        return {
            **manifest.system(),
            **manifest.described(self.cells),
            "question": self.question,
            "measure": self.measure,
            "command": self.command,
            "names": self.names,
            "root_seed": self.root_seed,
            "replications": max(self.n_of(cell.name) for cell in self.cells),
        }


@dataclass(frozen=True, slots=True)
class StudyOutcome:
    """Say where the results are, and how many replications are done and how many failed."""

    folder: Path
    n_done: int
    n_failed: int


def study_of(cells: Sequence[CellConfig], command: str = "") -> Study:
    """Return the study that composed cells ask for together; `command` is what a reader types to run it again.

    Raises:
        ScenarioError: when they disagree about replications, seed or baseline, which pairs could not bridge, or when
            their city cannot be read.
    """
    first = cells[0].settings
    asked = {key: [getattr(cell.settings.run, key) for cell in cells] for key in ALIKE}
    mend = "give all cells the same, for they are compared replication by replication; run another study for another"
    faults = [Fault(f"run.{key}", found, mend) for key, found in asked.items() if any(one != found[0] for one in found)]
    if faults:
        raise ScenarioError(faults)
    run, experiment = first.run, first.experiment
    plans = [asdict(plan) for plan in service_plans([cell.settings.city.folder for cell in cells])]
    return Study(
        cells,
        run.replications,
        run.root_seed,
        run.baseline,
        experiment.name,
        experiment.question,
        command,
        _names(cells),
        {STORED: plans} if plans else {},
        experiment.measure,
    )


def _names(cells: Sequence[CellConfig]) -> dict[str, dict[str, str]]:
    """Return the names of hospitals and zones of all cells by id; where cells disagree, the first one counts."""
    names: dict[str, dict[str, str]] = {}
    for cell in reversed(cells):
        for kind, found in place_names(cell.settings).items():
            names[kind] = names.get(kind, {}) | found
    return names


def run_study(
    study: Study,
    folder: Path,
    n_workers: int = 0,
    watcher: Watcher | None = None,
    runner: Runner = run_cell,
    means: Means = THIS_MACHINE,
) -> StudyOutcome:
    """Run what is not done yet, then write measures, comparisons and manifest.

    `n_workers` 0 means one for each core, or all of a cluster. The figures depend neither on the number of workers nor
    on the executor that `means` names, nor on interruptions. What fails is tried once more, after everything else.
    Workers import the main module, so a script must call this under `if __name__ == "__main__"`.

    Raises:
        FolderError: before anything runs, when the folder cannot take this study.
        UnwrittenError: when results cannot be written any more; finished replications are kept.
        KeyboardInterrupt: when interrupted; finished replications are kept.
    """
    place = RunFolder(folder.absolute())  # workers may be started in another folder
    place.claim(study.manifest(), study.documents)
    done, jobs = _split(study, place, runner, means.limits)
    n_workers = means.n_workers(n_workers, len(jobs))
    watcher = watcher or Silent()
    watcher.start(_headline(study, workers_in_words(n_workers, means), folder, len(jobs)), [j.cell.name for j in jobs])
    executor = Executor(replicate, n_workers, _preload(runner), means.executor, means.address)
    with closing(_results(jobs, executor)) as results:
        failures = _collect(results, done, watcher)
    finish(study, place, done, failures)
    return StudyOutcome(folder, len(done), len(failures))


def finish(study: Study, place: RunFolder, done: Mapping[Key, Receipt], failures: Sequence[Failure]) -> None:
    """Write the tables of all finished replications, the comparisons and the manifest.

    Raises:
        UnwrittenError: when a file cannot be written.
    """
    try:
        measures = place.gather([done[key] for key in study.keys if key in done])
        place.write_comparisons(compare(measures, baselines(study.cells, study.baseline), MEASURES))
        grid = [cell for cell in study.cells if not cell.beside]
        place.write_attribution(attribute(measures, factorial_of(grid, study.baseline), MEASURES))
        place.write_manifest({**study.manifest(), **manifest.results(study.keys, done, failures)})
        place.sweep()
    except OSError as error:
        raise UnwrittenError(f"{error.strerror or error} ({error.filename or place.path})") from error


def _split(study: Study, place: RunFolder, runner: Runner, limits: Limits) -> tuple[dict[Key, Receipt], list[Job]]:
    """Return the receipts of what is done, made from the same configuration by the same code, and the other jobs.

    What is no longer as it was written, by its hash, is not done.
    """
    done: dict[Key, Receipt] = {}
    jobs = []
    for cell in study.cells:
        identity = manifest.identity(cell.hash)
        for index in range(study.n_of(cell.name)):
            receipt = place.receipt(cell.name, index)
            if receipt and receipt.identity == identity and place.is_intact(receipt):
                done[cell.name, index] = receipt
            else:
                place.forget(cell.name, index)
                jobs.append(Job(cell, Replication(index, study.root_seed), identity, place, runner, limits))
    return done, sorted(jobs, key=lambda job: job.replication.index)  # so that pairs are whole as early as can be


def _preload(runner: Runner) -> tuple[str, ...]:
    return (replicate.__module__, runner.__module__, *LATE_IMPORTS)


def _results(
    jobs: Sequence[Job], executor: Executor[Job, Receipt | Failure | Unwritten]
) -> Generator[Receipt | Failure, None, None]:
    """Yield what becomes of each job; one that fails is tried once more, when all others have ended.

    Raises:
        UnwrittenError: when a worker could not write its results.
    """
    again: list[Job] = []
    for attempt, some in ((1, jobs), (2, again)):
        with closing(executor.run(some)) as ended:
            for job, result in ended:
                if isinstance(result, Unwritten):
                    raise UnwrittenError(result.reason)
                if isinstance(result, Failure) and attempt == 1:
                    again.append(job)
                else:
                    yield _lost(job) if isinstance(result, Lost) else _counted(result, attempt)


def _counted(result: Receipt | Failure, attempt: int) -> Receipt | Failure:
    return replace(result, attempts=attempt) if isinstance(result, Failure) else result


def _collect(results: Iterable[Receipt | Failure], done: dict[Key, Receipt], watcher: Watcher) -> list[Failure]:
    """Add receipts to `done` as they come, and return the failures."""
    failures = []
    try:
        for result in results:
            if isinstance(result, Receipt):
                done[result.cell, result.replication] = result
            else:
                failures.append(result)
            watcher.advance(result.cell, _event(result), failed=isinstance(result, Failure))
    finally:
        watcher.stop()
    return failures


def _lost(job: Job) -> Failure:
    words = "the worker process died twice; memory may be too small: use fewer workers (run.workers) or a smaller city"
    said = job.last_words.read_text(encoding="utf-8", errors="replace") if job.last_words.is_file() else ""
    if said:
        words = "it took longer than run.limit_min allows, twice, and did not hear an interruption"
        job.last_words.unlink()
    return Failure(job.cell.name, job.replication.index, words, said, 2)


def _event(result: Receipt | Failure) -> str:
    if isinstance(result, Failure):
        return f"r{result.replication:03d} FAILED: {result.error.splitlines()[0]}"
    return f"r{result.replication:03d} in {result.timings.get('simulate', 0):.1f} s"


def workers_in_words(n_workers: int, means: Means) -> str:
    """Return how many workers there are, and where if not here."""
    words = counted(n_workers, "worker") if n_workers else "all workers"
    return words + (f" of {means.executor} at {means.address}" if means.address else "")


def _headline(study: Study, workers: str, folder: Path, n_jobs: int) -> str:
    size = f"{counted(len(study.cells), 'cell')} x {counted(study.n_replications, 'replication')}"
    n_done = len(study.keys) - n_jobs
    if n_jobs == 0:
        return f"{size}, all done before -> {folder}"
    before = f" ({n_done} of {len(study.keys)} replications done before)" if n_done else ""
    return f"{size} on {workers} -> {folder}{before}"
