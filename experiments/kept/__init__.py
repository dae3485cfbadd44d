"""Look after runs that are kept: list them, show one, say how two differ, clear away, hand over, ask for figures."""
