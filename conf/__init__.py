"""Hold the configuration: one folder per replaceable object, one file per choice."""
