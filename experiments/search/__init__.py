"""Search a space of settings for what is best in one measure, or for the front of several."""
