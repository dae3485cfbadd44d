"""Make the folder of a city out of public tables of hospitals, zones and distances."""
