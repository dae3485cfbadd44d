"""Keep the platform on its own, without a simulation: a registry and its ledger in one SQLite file."""
