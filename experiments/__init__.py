"""Ask questions: scenarios, policies and replications to tables, statistics and a report."""
