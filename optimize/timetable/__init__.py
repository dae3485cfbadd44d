"""Plan admissions, theatres, rooms and nurses together: the integrated healthcare timetabling problem."""
