"""Book outpatients into the sessions of clinics."""
