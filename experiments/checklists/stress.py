"""Hold the checklist STRESS-DES: Strengthening the Reporting of Empirical Simulation Studies, discrete events."""

import experiments.checklists.evidence as evidence
from experiments.checklists.checklist import Checklist, Item

STRESS = Checklist(
    "stress",
    "stress_des.html",
    "STRESS-DES",
    "Monks et al. 2019, doi:10.1080/17477778.2018.1442155",
    (
        Item("1.1", "Objectives", "Purpose of the model", evidence.purpose),
        Item("1.2", "Objectives", "Outputs of the model", evidence.outputs),
        Item("1.3", "Objectives", "Aims of the experiments", evidence.aims),
        Item("2.1", "Logic", "Diagram of the base model"),
        Item("2.2", "Logic", "Logic of the base model", evidence.logic),
        Item("2.3", "Logic", "Logic of the scenarios", evidence.scenarios),
        Item("2.4", "Logic", "Algorithms", evidence.algorithms),
        Item("2.5.1", "Logic", "Components: entities", evidence.entities),
        Item("2.5.2", "Logic", "Components: activities", evidence.activities),
        Item("2.5.3", "Logic", "Components: resources", evidence.resources),
        Item("2.5.4", "Logic", "Components: queues", evidence.queues),
        Item("2.5.5", "Logic", "Components: where entities come in and leave", evidence.borders),
        Item("3.1", "Data", "Sources of data", evidence.inputs),
        Item("3.2", "Data", "Preparation of data"),
        Item("3.3", "Data", "Input parameters", evidence.parameters),
        Item("3.4", "Data", "Assumptions", evidence.assumed),
        Item("4.1", "Experimentation", "Initial state and warm-up", evidence.beginning),
        Item("4.2", "Experimentation", "Run length", evidence.horizon),
        Item("4.3", "Experimentation", "Estimation", evidence.estimation),
        Item("5.1", "Implementation", "Software and versions", evidence.software),
        Item("5.2", "Implementation", "Random sampling", evidence.sampling),
        Item("5.3", "Implementation", "Execution of the model", evidence.execution),
        Item("5.4", "Implementation", "System", evidence.machine),
        Item("6.1", "Access to the code", "How the model is shared", evidence.sharing),
    ),
)
