"""Turn an event log (XES or CSV) into a model that runs, and hold a run against weeks of the log it never saw."""
