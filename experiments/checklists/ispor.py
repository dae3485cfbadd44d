"""Hold a checklist after the ISPOR-SMDM good practices for discrete event simulation."""

import experiments.checklists.evidence as evidence
from experiments.checklists.checklist import Checklist, Item

CONCEPT, VALUES, VALIDATION, USE = "Concept", "Parameters and uncertainty", "Validation", "Use"

ISPOR = Checklist(
    "ispor",
    "ispor_smdm.html",
    "ISPOR-SMDM, discrete event simulation",
    "Karnon et al. 2012, doi:10.1016/j.jval.2012.04.013; items as in Zhang et al. 2020, doi:10.1016/j.jval.2020.01.016",
    (
        Item("1", CONCEPT, "The decision problem", evidence.purpose),
        Item("2", CONCEPT, "The setting or condition that is modeled", evidence.resources),
        Item("3", CONCEPT, "The structure of the model", evidence.logic),
        Item("4", CONCEPT, "The time horizon", evidence.horizon),
        Item("5", CONCEPT, "All strategies and scenarios", evidence.scenarios),
        Item("6", CONCEPT, "The population", evidence.entities),
        Item("7", VALUES, "The sources of the parameters", evidence.inputs),
        Item("8", VALUES, "The values of the parameters", evidence.parameters),
        Item("9", VALUES, "Uncertainty of the model", evidence.estimation),
        Item("10", VALUES, "Sensitivity analyses", evidence.sensitivity),
        Item("11", VALIDATION, "Face validity"),
        Item("12", VALIDATION, "Comparison with other models"),
        Item("13", VALIDATION, "Comparison with observations"),
        Item("14", VALIDATION, "Comparison of predictions with what happened later"),
        Item("15", USE, "How far results carry over"),
        Item("16", USE, "Who took part: decision makers, patients, staff"),
        Item("17", USE, "Funding"),
        Item("18", USE, "Limitations", evidence.assumed),
    ),
)
