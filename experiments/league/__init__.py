"""Compare several runs, or all cells of a sweep, on one page: profiles, intervals, and who is probably the best."""
