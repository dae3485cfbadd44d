"""Run one replication of a finished run again, alone, and say whether the very same happened."""
