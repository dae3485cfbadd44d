"""Name the codes of configurations and tables in words: places, staff, conditions, kinds shared, endings, parts."""

from experiments.report.catalogue import _, later

ACRONYMS = frozenset({"ct", "ed", "icu", "mri"})
KINDS = (
    later("Acute bed"),
    later("Bed"),
    later("Clinic room"),
    later("CT scanner"),
    later("ED nurse"),
    later("ED physician"),
    later("ED space"),
    later("ICU bed"),
    later("Medical bed"),
    later("MRI scanner"),
    later("Pharmacist"),
    later("Radiographer"),
    later("Radiologist"),
    later("Surgical bed"),
    later("Theatre team"),
    later("Triage nurse"),
    later("Equipment"),
    later("Staff"),
    later("Medicine"),
    later("Medicines"),
    later("Records"),
    later("Information"),
)
"""Kinds of resources as `kind_name` writes them in English; others stay as they are."""
PLAIN = (
    later("abdominal pain"),
    later("acute bed"),
    later("breathlessness"),
    later("chest pain"),
    later("critical illness"),
    later("elective surgery"),
    later("general"),
    later("joint"),
    later("major trauma"),
    later("minor illness"),
    later("minor injury"),
    later("planned scan"),
    later("stroke"),
    later("urological"),
    later("optimal"),
    later("feasible"),
    later("rule"),
    later("nothing to decide"),
    later("build"),
    later("decide"),
    later("measure"),
    later("simulate"),
    later("write"),
    later("lower"),
    later("higher"),
    later("alike"),
    later("out"),
    later("selected"),
    later("still in"),
    later("leads"),
    later("behind"),
    later("demand above supply"),
    later("use above threshold"),
    later("offer"),
    later("request"),
    later("book"),
    later("refuse"),
    later("use"),
    later("withdraw"),
    later("look"),
    later("kind"),
    later("owner"),
    later("user"),
)
"""Other words of tables: conditions, endings of decisions, parts of the work, rulings, reasons of alerts, actions."""


def plain_name(code: object) -> str:
    """Return a code in words as they stand within a sentence: "chest pain" for chest_pain."""
    text = str(code).replace("_", " ")
    return _(text)


def kind_name(code: object) -> str:
    """Return a code as a heading: "ED space" for ed_space."""
    words = [word.upper() if word in ACRONYMS else word for word in str(code).split("_")]
    text = " ".join([words[0][:1].upper() + words[0][1:], *words[1:]])
    return _(text)
