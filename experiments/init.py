"""Write an editable study: configuration files of its own, a policy, a test, and how to go on."""

from importlib.resources import files
from pathlib import Path

from sim.faults import Fault, ScenarioError

CITY = "my_city"
CITY_FILES = "city_files"

STARTERS = {
    "README.md": "README.md",
    "city_files/medical_service.csv": "medical_service.csv",
    "conf/experiment/my_question.yaml": "my_question.yaml",
    "conf/transfer/longest_wait.yaml": "longest_wait.yaml",
    "policies/longest_wait.py": "longest_wait.py",
    "tests/test_longest_wait.py": "test_longest_wait.py",
}


def write_study(folder: Path) -> list[Path]:
    """Write the files of a study into a new or empty folder and return their paths inside it.

    Raises:
        ScenarioError: when the folder holds something already, or cannot be written.
    """
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise ScenarioError([Fault("folder", str(folder), "name a folder that is new or empty")])
        contents = _contents()
        for name, text in contents.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        written = _write_city_files(folder / CITY_FILES)
    except OSError as error:
        mend = f"name a folder that can be written ({error.strerror or error})"
        raise ScenarioError([Fault("folder", str(folder), mend)]) from error
    return sorted([*map(Path, contents), *(path.relative_to(folder) for path in written)])


def _write_city_files(folder: Path) -> list[Path]:
    """Write the shipped city as files, under the name that it has in the study."""
    from experiments.build import build_scenario
    from experiments.config import compose
    from experiments.files.sample import write_sample_city

    settings = compose([f"city.name={CITY}"])[0].settings
    return write_sample_city(folder, build_scenario(settings), settings.run.root_seed)


def _contents() -> dict[str, str]:
    """Return the text of every file by its path: starters as they are, a city and defaults after the shipped ones."""
    starter = files("experiments") / "starter"
    texts = {name: (starter / source).read_text(encoding="utf-8") for name, source in STARTERS.items()}
    city = (files("conf") / "city" / "five_hospitals.yaml").read_text(encoding="utf-8")
    defaults = (files("conf") / "config.yaml").read_text(encoding="utf-8")
    texts[f"conf/city/{CITY}.yaml"] = city.replace("name: five_hospitals", f"name: {CITY}")
    texts["conf/config.yaml"] = defaults.replace("city: five_hospitals", f"city: {CITY}")
    return dict(sorted(texts.items()))
