"""Turn the tables of a replication into events, and write them as XES (IEEE 1849-2016) or CSV."""
