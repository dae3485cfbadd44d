"""Move lots of medicines between hospitals before they expire."""
