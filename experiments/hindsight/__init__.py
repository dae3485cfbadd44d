"""Judge decisions after a run against what was possible, had the truth been known: one module a seat, one base."""
