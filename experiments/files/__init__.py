"""Read and write the files of a city: what strangers give is checked, and never executed."""
