"""Let settings of a configuration range between two ends, and simulate points of that space."""
