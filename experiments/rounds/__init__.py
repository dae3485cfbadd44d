"""Add replications in rounds until the question is decided, the best is known, or the budget is spent.

Every round extends the cells that still need it and leaves the folder a finished study. What a round asks for depends
on values by replication alone, never on workers or interruptions: a study that is started again takes the same rounds.
"""
