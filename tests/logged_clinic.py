"""A clinic whose log is fitted again: triage, an emergency space with work, scans and repeats, a ward for some."""

from pathlib import Path

CITY = """
name: logged
hospitals:
  clinic: {name: Clinic, latitude: 0, longitude: 0, places: {ed_space: 9, bed: 14}, staff: {nurse: 2, doctor: 3}}
zones: {town: {name: Town, latitude: 0, longitude: 0, population: 1}}
electives: {per_bed_per_day: 0.0}
first_come_first_served: [ed_space, bed, nurse, doctor]
"""
PATIENTS = """
# @package _global_
conditions: {ill: {pathway: visit, weight: 1, acuity_share: [0, 0, 1, 0, 0]}}
patience: {never_leaves_share: 1, mean_min: 0}
case_mix: {features: {}, nurse_share: [[1,0,0,0,0], [0,1,0,0,0], [0,0,1,0,0], [0,0,0,1,0], [0,0,0,0,1]]}
sources:
  walk_in:
    hospital: clinic
    conditions: {ill: 1}
    arrivals:
      weekly: {per_day: 40, hourly_profile: [1,1,1,1,1,1,1,2,3,4,4,4,4,4,4,3,3,3,3,2,2,2,1,1]}
"""
PATHWAY = """
visit:
  phases:
    - name: door
      steps: [{name: triage, needs: [nurse], duration: {lognormal: {mean_min: 8, sd_min: 4}}}]
    - name: emergency
      place: ed_space
      steps:
        - {name: assessment, needs: [doctor], duration: {gamma: {mean_min: 20, sd_min: 8}}}
        - {name: scan, p: 0.4, duration: {weibull: {mean_min: 30, sd_min: 15}}}
        - {name: bloods, p: 0.6, duration: {gamma: {mean_min: 40, sd_min: 20}}, repeat: {p: 0.3, at_most: 4}}
    - name: ward
      place: bed
      p: 0.1
      steps: [{name: stay, duration: {lognormal: {mean_min: 1800, sd_min: 900}}}]
"""
MEANS = {
    "door.triage": 8,
    "emergency.assessment": 20,
    "emergency.scan": 30,
    "emergency.bloods": 40,
    "ward.stay": 1800,
}
SPREADS = {"door.triage": 4, "emergency.assessment": 8, "emergency.scan": 15, "emergency.bloods": 20, "ward.stay": 900}
SHARES = {"emergency.scan": 0.4, "emergency.bloods": 0.6}
CHOSEN = ("city=logged", "patients=logged", "pathways=logged", "triage=nurse", "transfer=stay_put")


def write_logged_clinic(folder: Path) -> Path:
    """Write the configuration files, each into the folder of its group."""
    for group, text in (("city", CITY), ("patients", PATIENTS), ("pathways", PATHWAY)):
        (folder / group).mkdir(parents=True, exist_ok=True)
        (folder / group / "logged.yaml").write_text(text, encoding="utf-8")
    return folder
