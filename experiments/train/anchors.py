"""Hold what others published of such models."""

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
        ("Raita et al. 2019, 10.1186/s13054-019-2351-7", "critical care", "ESI level", "0.74"),
        ("Raita et al. 2019, 10.1186/s13054-019-2351-7", "hospitalization", "neural network", "0.82"),
        ("Hong et al. 2018, 10.1371/journal.pone.0201016", "hospitalization", "triage features", "0.87"),
    ),
    frozenset({0, 1, 2}),
)
"""Other countries, other years, other definitions: for orientation, not for ranking."""
