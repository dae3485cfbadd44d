"""Learn a differential diagnosis, and judge what the pathways are worth that follow from it."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.beliefs import belief_shares
from experiments.model_card import Estimate, mean_of
from experiments.schema import stop_at
from experiments.suggesting.rules import CodeRule, suggester_of
from experiments.suggesting.stored import Differential
from experiments.train.ddxplus import CONDITIONS, ELICITED, Reached, draw_patients, judge_differential, read_shares
from policies.diagnosis.differential import fit_evidence
from policies.diagnosis.suggestion import Suggester
from sim.faults import Fault
from sim.streams import Replication, stream
from sim.units import FloatArray, IntArray

N_LEARNED, N_JUDGED = 20_000, 10_000
EVIDENCES = "release_evidences.json"
NO_PATHWAY = "none"


@dataclass(frozen=True, slots=True, eq=False)
class Followed:
    """Say of suggested pathways, at a share of evidence elicited, how many there are and how many are right.

    `believed` maps each true pathway to the shares of its patients for whom another one is suggested; who gets no
    suggestion is left to clinicians, who are taken to be right.
    """

    elicited_share: float
    suggested: Estimate
    right: Estimate
    believed: dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True, eq=False)
class LearnedDifferential:
    """Hold what was learned, how good it is by condition and by pathway, and predictions of the patients judged."""

    held: Differential
    reached: tuple[Reached, ...]
    followed: tuple[Followed, ...]
    predictions: pd.DataFrame


def learn_differential(folder: Path, rules: tuple[CodeRule, ...], root_seed: int) -> LearnedDifferential:
    """Draw patients by the aggregates of a folder, learn from some, and judge others.

    Raises:
        ScenarioError: when a file is missing or cannot be read.
    """
    known = read_shares(folder)
    true = known.model
    model = fit_evidence(true.conditions, true.evidences, *draw_patients(true, N_LEARNED, root_seed, "learned"))
    held = Differential(model, _codes(folder, true.conditions), _questions(folder, true.evidences))
    suggester = suggester_of(model, held.icd10, rules)
    condition, answers = draw_patients(true, N_JUDGED, root_seed, "judged")
    judged = [_judged(suggester, condition, _shown(answers, share, root_seed), share) for share in ELICITED]
    reached = tuple(judge_differential(known, N_LEARNED, N_JUDGED, root_seed))
    return LearnedDifferential(held, reached, tuple(one for one, _ in judged), pd.concat([rows for _, rows in judged]))


def _shown(answers: FloatArray, share: float, root_seed: int) -> FloatArray:
    """Return the answers that were asked for: the same as those conditions are judged by."""
    asked = stream(Replication(0, root_seed), "differential", "asked", f"{share:g}").random(answers.shape) < share
    return np.where(asked, answers, np.nan)


def _judged(
    suggester: Suggester, condition: IntArray, answers: FloatArray, share: float
) -> tuple[Followed, pd.DataFrame]:
    model, pathways = suggester.model, (*suggester.pathways, NO_PATHWAY)
    p = suggester.probability(answers)
    none = 1 - p.sum(axis=1)
    best = p.argmax(axis=1)
    silent = (p.max(axis=1) < suggester.least_p) | (none > p.max(axis=1))
    true = _pathway_of(suggester)[condition]
    held_for = np.where(silent, true, best)
    told = np.eye(len(pathways))[held_for]
    believed = {name: shares for name, shares in belief_shares(pathways, true, told).items() if shares}
    posterior = model.posterior(answers)
    names = np.array(model.conditions)
    rows = {
        "patient": np.arange(len(condition)) + 1,
        "elicited_share": share,
        "condition": names[condition],
        "likeliest": names[posterior.argmax(axis=1)],
        "p_likeliest": posterior.max(axis=1),
        "p_condition": posterior[np.arange(len(condition)), condition],
        "pathway": np.array(pathways)[true],
        "suggested": np.where(silent, "", np.array(pathways)[best]),
    }
    right = mean_of((best == true)[~silent]) if (~silent).any() else Estimate(np.nan, np.nan)
    return Followed(share, mean_of(~silent), right, believed), pd.DataFrame(rows)


def _pathway_of(suggester: Suggester) -> IntArray:
    """Return the place of each condition's pathway in `pathways`; the number of pathways where no rule is for it."""
    pathway = {group: rule.pathway for rule in suggester.rules for group in rule.groups}
    groups = (suggester.group_of[name] for name in suggester.model.conditions)
    return np.array([suggester.pathways.index(pathway[g]) if g else len(suggester.pathways) for g in groups])


def _codes(folder: Path, conditions: tuple[str, ...]) -> tuple[str, ...]:
    details = json.loads((folder / CONDITIONS).read_text(encoding="utf-8"))
    return tuple(str(details[name]["icd10-id"]).upper() for name in conditions)


def _questions(folder: Path, evidences: tuple[str, ...]) -> tuple[str, ...]:
    """Return the English questions where the folder has them; answers to one question are told apart by their code."""
    path = folder / EVIDENCES
    try:
        told = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        return tuple(_question(told, name) for name in evidences)
    except (ValueError, TypeError, KeyError) as error:
        stop_at([Fault("--data", str(path), f"cannot be read as questions: {error}")])
        raise


def _question(told: dict[str, dict[str, str]], name: str) -> str:
    return str(told.get(name.split("_@_")[0], {}).get("question_en", ""))
