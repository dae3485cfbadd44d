"""Let the folder of a city set numbers of the configuration, beneath what an experiment or the command line says."""

from collections.abc import Sequence
from pathlib import Path

from omegaconf import DictConfig, OmegaConf

from experiments.files.own_settings import COUNTS, own_settings


def settle(whole: DictConfig, usual: DictConfig, lines: Sequence[str]) -> None:
    """Put what the city's folder sets into a composed configuration.

    `usual` is the configuration without any override: where `whole` differs from it, an experiment has spoken; `lines`
    are the overrides of the command line and of the sweep. Both come before the folder.
    """
    spoken = {line.lstrip("+~").partition("=")[0] for line in lines}
    for name, value in said_by(OmegaConf.select(whole, "city.folder")).items():
        if name not in spoken and OmegaConf.select(whole, name) == OmegaConf.select(usual, name):
            OmegaConf.update(whole, name, int(value) if name in COUNTS else value)


def said_by(folder: object) -> dict[str, float]:
    """Return what the folder of a configuration sets by itself, by the path of the setting; nothing without one."""
    return own_settings(Path(folder)) if isinstance(folder, str) else {}
