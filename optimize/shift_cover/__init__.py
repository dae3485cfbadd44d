"""Staff the shifts of some days within the hours that are paid: a covering program for many posts at once."""
