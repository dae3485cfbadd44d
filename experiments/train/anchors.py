"""Hold what others published of such models, and the items of TRIPOD+AI that a card answers."""

from experiments.report.tables import Table

ANCHORS = Table(
    "Published beside ours: area under the ROC curve",
    ("Study", "Target", "Model", "AUROC"),
    (
        ("MIMIC-IV-ED, Xie et al. 2022, 10.1038/s41597-022-01782-9", "hospitalization", "gradient boosting", "0.819"),
        ("MIMIC-IV-ED, Xie et al. 2022, 10.1038/s41597-022-01782-9", "hospitalization", "neural network", "0.822"),
        ("MIMIC-IV-ED, Xie et al. 2022, 10.1038/s41597-022-01782-9", "hospitalization", "ESI level", "0.711"),
        ("MIMIC-IV-ED, Xie et al. 2022, 10.1038/s41597-022-01782-9", "critical", "neural network", "0.883"),
        ("MIMIC-IV-ED, Xie et al. 2022, 10.1038/s41597-022-01782-9", "critical", "ESI level", "0.804"),
        ("Raita et al. 2019, 10.1186/s13054-019-2351-7", "critical care", "neural network", "0.86"),
        ("Raita et al. 2019, 10.1186/s13054-019-2351-7", "hospitalization", "neural network", "0.82"),
        ("Hong et al. 2018, 10.1371/journal.pone.0201016", "hospitalization", "triage features", "0.87"),
    ),
    frozenset({0, 1, 2}),
)
"""Other countries, other years, other definitions: for orientation, not for ranking."""

TRIPOD = (
    ("Title and aim (1, 4)", "Develops and internally validates a model of one outcome known after triage."),
    ("Data (5)", "The file is named with its source and SHA-256 under “What was learned from”."),
    ("Participants (6)", "All rows with a known outcome; rows that come twice are used once and listed."),
    ("Preparation (7)", "Units, plausible ranges, missing values and findings are listed by row and column."),
    ("Outcome (8)", "Named with its meaning at the top; predictors never include a column known later."),
    ("Predictors (9)", "Listed by column with role and unit; the nurse's level only where a member says so."),
    ("Sample size (10)", "Patients and events are counted; nothing was computed beforehand."),
    ("Missing values (11)", "Numbers: median of those learned from; categories: a category; not measurable: a flag."),
    ("Analysis (12)", "Repeated stratified folds, or folds by site; every step is fitted within the training folds."),
    ("Class imbalance (13)", "Nothing is resampled; probabilities stay those of the records."),
    ("Fairness (14)", "Figures by sex, age band, site and race where the file has them."),
    ("Model output (15)", "A probability; the threshold follows from a stated price of a miss."),
    ("Performance (23)", "Every figure with a 95 % interval; calibration as a curve, a slope and an error."),
    ("Model specification (22)", "Logistic regression as plain numbers in model.json; others as skops."),
    ("Limitations (26)", "Not for use on patients: no prospective evaluation was made, and sites differ."),
    ("Code and repeatability (18)", "The command at the end of this page does it again with the same folds."),
)
"""Items of Collins et al. 2024, 10.1136/bmj-2023-078378, and where they are answered."""


def tripod_table() -> Table:
    """Return the items and what is answered."""
    return Table("TRIPOD+AI (Collins et al. 2024)", ("Item", "Answer"), TRIPOD, frozenset({0, 1}))
