"""Say how sure figures are, one method a module, each with its source; nothing here knows what is measured.

The names below are those that everybody uses; the other methods are taken from their modules.
"""

from experiments.statistics.families import holm
from experiments.statistics.intervals import LEVEL, Interval, mean_interval, t_quantile
from experiments.statistics.pairs import Difference, paired_difference, verdict

__all__ = ["LEVEL", "Difference", "Interval", "holm", "mean_interval", "paired_difference", "t_quantile", "verdict"]
