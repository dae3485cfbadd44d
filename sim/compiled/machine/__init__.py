"""Hold what is compiled to machine code, and the tables that it works on; what is kept on disk depends on all of it."""
