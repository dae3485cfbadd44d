"""Fill checklists of reporting standards from what a run keeps; what it does not keep is shown as missing."""

from experiments.checklists.pages import write_pages

__all__ = ["write_pages"]
