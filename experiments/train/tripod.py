"""Answer every item of TRIPOD+AI, the checklist of what a report of a prediction model must say.

Numbers, topics and what is asked follow Collins et al. 2024, 10.1136/bmj-2023-078378 (CC BY 4.0), shortened. "Not
known" and "no" are answers too: nothing that a file does not say is made up.
"""

from experiments.report.tables import Table
from experiments.train.trained import Trained

UNTOLD = "Not known from the file; see its source."
# Number, topic and what is asked, and the answer; words in braces are facts of the training.
ITEMS: tuple[tuple[str, str, str], ...] = (
    ("1", "Title: develops or evaluates, population, outcome", "Title and first sentence of this page."),
    ("2", "Abstract", "The sentences and figures at the top of this page."),
    ("3a", "Background: healthcare context and rationale", "Diagnostic, at emergency triage; “Published beside ours”."),
    ("3b", "Background: target population, purpose, users", "{population}; drives triage in a simulation of a city."),
    ("3c", "Background: known health inequalities", "Not studied here; differences found are under “Subgroups”."),
    ("4", "Objectives: development, validation or both", "Development with internal validation{external}."),
    ("5a", "Data: sources, rationale, representativeness", "{source}. Learned from and judged on by folds."),
    ("5b", "Data: dates of accrual and follow-up", UNTOLD),
    ("6a", "Participants: setting, number and place of centers", "{sites}; place: see the source."),
    ("6b", "Participants: eligibility", "All rows with a known outcome; rows that come twice count once."),
    ("6c", "Participants: treatments received", "None before triage that the file would tell."),
    ("7", "Data preparation, alike across groups", "Units, ranges and findings under “What was learned from”; alike."),
    ("8a", "Outcome: definition, time, method alike across groups", "{target}: {meaning}. Whether alike: see source."),
    ("8b", "Outcome: who assessed it, where it is a judgment", UNTOLD),
    ("8c", "Outcome: blinding", UNTOLD),
    ("9a", "Predictors: choice and selection before the model", "All that triage knows; none was selected by outcome."),
    ("9b", "Predictors: definition and time", "Listed by column with role and unit; none known only later is used."),
    (
        "9c",
        "Predictors: who assessed them",
        "Vital signs and words by staff at the door; who: see the source.",
    ),
    ("10", "Sample size: how it was arrived at", "All that the file has: {n} patients, {n_yes} with the outcome."),
    ("11", "Missing data", "Numbers: median of those learned from; categories: a category; not measurable: a flag."),
    ("12a", "Analysis: how the patients were used", "{folds}; every patient is judged by models that never saw him."),
    (
        "12b",
        "Analysis: form of predictors",
        "Numbers standardized, categories coded, words by TF-IDF.",
    ),
    (
        "12c",
        "Analysis: type of model, tuning, validation",
        "“{model}”; all choices are made within training folds.",
    ),
    ("12d", "Analysis: heterogeneity across clusters", "{clusters}."),
    ("12e", "Analysis: measures and plots", "AUROC, Brier, calibration, net benefit; each explained on this page."),
    ("12f", "Analysis: model updating", "{updating}."),
    (
        "12g",
        "Analysis: how predictions are calculated",
        "{file} reads back to the same P (citycare train).",
    ),
    ("13", "Class imbalance", "Nothing is resampled or weighed; probabilities stay those of the records."),
    (
        "14",
        "Fairness: approaches and rationale",
        "Every figure by group; race never is a predictor.",
    ),
    (
        "15",
        "Model output: kind, classes, thresholds",
        "A probability; alarm from {threshold}: the price of a miss.",
    ),
    ("16", "Training versus evaluation: differences", "{differences}."),
    ("17", "Ethical approval and consent", "Published or generated records only; see the source."),
    ("18a", "Open science: funding", "Not stated by who ran the command."),
    ("18b", "Open science: conflicts of interest", "Not stated by who ran the command."),
    ("18c", "Open science: protocol", "None was prepared; bars, where there are any, were set before training."),
    ("18d", "Open science: registration", "Not registered."),
    ("18e", "Open science: data sharing", "Named with source and SHA-256; not part of CityCare."),
    ("18f", "Open science: code sharing", "CityCare (MIT); the command at the end of this page does it again."),
    ("19", "Patient and public involvement", "None."),
    (
        "20a",
        "Participants: flow, with and without the outcome",
        "{rows} rows, {used} used, {n} known, {n_yes} yes.",
    ),
    ("20b", "Participants: characteristics and missing values", "“Columns of the file” and “Subgroups”."),
    ("20c", "Participants: comparison with the development data", "Folds are of the same file{compared}."),
    ("21", "Model development: participants and events in each analysis", "{each}."),
    (
        "22",
        "Model specification: the full model",
        "{file}; “Weights”, where they can be read.",
    ),
    (
        "23a",
        "Model performance with intervals, also of subgroups",
        "“Members”, “Subgroups”: all with intervals.",
    ),
    ("23b", "Model performance: heterogeneity across clusters", "{clusters}."),
    ("24", "Model updating: results", "{updated}."),
    ("25", "Interpretation, with fairness", "The sentences at the top; “Subgroups” for fairness."),
    ("26", "Limitations", "Judged in retrospect, on {sites_low}; small groups have wide intervals; sites differ."),
    ("27a", "Usability: poor or missing input", "Missing values are taken as in item 11; implausible ones are listed."),
    ("27b", "Usability: interaction and expertise of users", "Not a medical device: not for use on patients."),
    ("27c", "Usability: next steps", "Evaluation at other sites, and in prospect, before anybody relies on it."),
)


def tripod_table(trained: Trained, model_file: str) -> Table:
    """Return all items with what this training answers."""
    facts = _facts(trained, model_file)
    rows = tuple((number, asked, answer.format_map(facts)) for number, asked, answer in ITEMS)
    caption = "TRIPOD+AI, all 27 items (Collins et al. 2024, BMJ 385:e078378, 10.1136/bmj-2023-078378)"
    return Table(caption, ("Item", "What is asked", "Answer"), rows, frozenset({0, 1, 2}))


def _facts(trained: Trained, model_file: str) -> dict[str, str]:
    plan, records, y = trained.plan, trained.records, trained.of_model.y
    target = next(one for one in records.schema.targets if one.name == plan.target)
    n_sites, moved = len(set(records.group.tolist())), bool(trained.moved)
    sites = f"{n_sites} sites" if n_sites > 1 else "one site, or not told apart"
    kind = "folds that keep a site together" if records.schema.folds_by_group else "folds stratified by outcome"
    n_yes, n_learned = int(y.sum()), round(len(y) * (1 - 1 / plan.n_folds))
    shown_by_site = "Each site apart under “Subgroups”, and moved between sites under “Use”"
    refitted = "Intercept and slope are fitted to other patients of the site"
    return {
        "population": f"patients of “{records.schema.name}” as they arrive",
        "external": "; transport between sites" if moved else "",
        "source": records.card.source,
        "sites": sites[0].upper() + sites[1:],
        "sites_low": sites,
        "target": target.name,
        "meaning": target.meaning,
        "n": f"{len(y):,}",
        "n_yes": f"{n_yes:,}",
        "folds": f"{plan.n_repeats} times {plan.n_folds} {kind}",
        "model": plan.model,
        "clusters": shown_by_site if moved else "Folds keep sites together" if n_sites > 1 else "One cluster",
        "updating": refitted if moved else "None",
        "updated": "“Learned elsewhere, judged here”: before and after" if moved else "None was made",
        "file": model_file,
        "threshold": f"P = {trained.threshold:.3f}",
        "differences": "None within folds; between sites see “Use”" if moved else "None: folds of the same file",
        "rows": f"{records.card.n_rows:,}",
        "used": f"{records.card.n_used:,}",
        "compared": "; sites are compared under “Subgroups”" if moved else "",
        "each": f"About {n_learned:,} learned from, {len(y) - n_learned:,} judged in a fold; {n_yes:,} events in all",
    }
