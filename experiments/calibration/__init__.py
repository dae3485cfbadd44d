"""Move a few numbers of a city within plausible ranges until its baseline agrees with what is known of it."""
