"""Tell in one page what a run found: the answer in words, tables, figures, and the evidence behind them."""

from experiments.report.answer import Answer, answer
from experiments.report.page import write_report

__all__ = ["Answer", "answer", "write_report"]
