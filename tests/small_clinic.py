"""A clinic as a planner writes it: YAML files of a city, its patients and two pathways, and how they are composed."""

from pathlib import Path

from experiments.config import CellConfig, compose

CITY = """
name: clinic
hospitals:
  clinic: {name: Clinic, latitude: 0, longitude: 0, places: {ed_space: 1, bed: 1}, staff: {server: 1}}
zones: {town: {name: Town, latitude: 0, longitude: 0, population: 365250}}   # visits per 1000 and year are visits a day
demand: {visits_per_1000_per_year: 0}
"""
PATIENTS = """
# @package _global_
conditions: {ill: {pathway: visit, weight: 1, acuity_share: [1, 0, 0, 0, 0]}}
patience: {never_leaves_share: 1, mean_min: 0}
case_mix: {features: {}, nurse_share: [[1,0,0,0,0], [0,1,0,0,0], [0,0,1,0,0], [0,0,0,1,0], [0,0,0,0,1]]}
"""
QUEUE = """
visit:
  phases:
    - {name: emergency, steps: [{name: care, needs: [server], duration: {exponential: {mean_min: 1}}}]}
"""
TANDEM = """
visit:
  phases:
    - name: emergency
      place: ed_space
      may_leave: true
      steps: [{name: care, duration: {exponential: {mean_min: 1}}}]
    - name: ward
      place: bed
      transferable: true
      p: {by_acuity: [1, 0, 0, 0, 0]}
      steps: [{name: stay, duration: {exponential: {mean_min: 1}}}]
"""
CARE, STAY = (f"pathways.visit.phases.{i}.steps.0.duration.exponential.mean_min" for i in (0, 1))


def write_clinic(folder: Path) -> Path:
    """Write the files, each into the folder of its group."""
    files = {"city/small": CITY, "patients/small": PATIENTS, "pathways/small": QUEUE, "pathways/tandem": TANDEM}
    for name, text in files.items():
        path = folder / f"{name}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def clinic(folder: Path, rate_per_min: float, minutes: float, *overrides: str, pathways: str = "small") -> CellConfig:
    """Return the configuration of a clinic that is observed so many minutes after a tenth of that for warming up."""
    chosen = ["city=small", "patients=small", f"pathways={pathways}", "triage=nurse", "transfer=stay_put"]
    rate = f"city.demand.visits_per_1000_per_year={rate_per_min * 1440!r}"
    weeks = [f"run.weeks={minutes / 10_080!r}", f"run.warm_up_weeks={minutes / 100_800!r}"]
    return compose([*chosen, rate, *weeks, *overrides], config_dir=folder)[0]
