"""Say which settings move a measure over their whole ranges, by Morris screening or Sobol indices."""
