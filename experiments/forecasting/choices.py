"""State what the command line may ask for; imports nothing, since `citycare --help` reads it."""

HOLIDAYS = ("us", "none")
LONGEST_LEAD_H = 168
