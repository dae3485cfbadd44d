"""State and solve mathematical problems: plain numbers in, plain numbers out."""
