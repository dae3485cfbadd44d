"""Seat the policies that decide again and again while the world moves: what each may see, and what it may do."""
