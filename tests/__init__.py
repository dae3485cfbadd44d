"""Check CityCare: unit, theory, golden, contract, study and bench tests, one folder each."""
