"""Do jobs as tasks of ray: on this machine's loopback, or in a cluster that runs already.

Every process of a ray cluster must be in the same mode of authentication. Here that is what `RAY_AUTH_MODE` says, and
`token` where it says nothing; a cluster that is started here then has a token of its own that no file holds.
"""

import os
import secrets
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from experiments.crews.crew import ONE_THREAD, OWN_MODULES, Crew, Wanted, environment

MODE, TOKEN, TOKEN_PATH = "RAY_AUTH_MODE", "RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH"
QUIET = {"RAY_DEDUP_LOGS": "0", "RAY_USAGE_STATS_ENABLED": "0", "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0"}
HERE = "127.0.0.1"


@contextmanager
def open_ray(wanted: Wanted) -> Iterator[Crew]:
    """Yield a crew of ray's workers, one CPU for each job."""
    agree_on_authentication(wanted.address)
    with environment(ONE_THREAD | OWN_MODULES | QUIET):
        import ray
        from ray.exceptions import NodeDiedError, OutOfMemoryError, WorkerCrashedError

        _join(ray, _where(wanted))
        try:
            n_there = int(ray.cluster_resources().get("CPU", 1))
            task = ray.remote(num_cpus=1, max_retries=0, max_calls=0)(_do)

            def submit(work: Callable[[Any], Any], job: Any) -> "Future[Any]":
                future: Future[Any] = task.remote(work, job).future()
                return future

            died = (WorkerCrashedError, OutOfMemoryError, NodeDiedError)
            yield Crew(min(wanted.n_workers or n_there, n_there), submit, died, outlives=True)
        finally:
            ray.shutdown()


def _join(ray: Any, where: dict[str, object]) -> None:
    """Join or start a cluster; one that does not start within ray's own half minute is tried again."""
    quiet = {"log_to_driver": False, "logging_level": "ERROR", "configure_logging": False}
    try:
        ray.init(**where, **quiet)
    except Exception as error:
        if where["address"] != "local" or "timed out" not in str(error):
            raise
        ray.shutdown()
        ray.init(**where, **quiet)


def agree_on_authentication(address: str) -> str:
    """Return the mode of authentication, set for this process and all that it starts; a token is made if need be."""
    mode = os.environ.setdefault(MODE, "token")
    if mode == "token" and not address and not {TOKEN, TOKEN_PATH} & os.environ.keys():
        os.environ[TOKEN] = secrets.token_hex(32)  # stays, for ray reads it once in the life of a process
    if "ray" in sys.modules:  # imported by somebody else before, it knows the mode of that moment
        import_module("ray._raylet").Config.initialize("")
    return mode


def _where(wanted: Wanted) -> dict[str, object]:
    """Return what `ray.init` shall join, or start; the workers see the modules that this process sees."""
    variables = ONE_THREAD | {MODE: os.environ[MODE]}
    if wanted.address:
        return {"address": wanted.address, "runtime_env": {"env_vars": variables}}
    variables["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    return {
        "address": "local",
        "num_cpus": wanted.n_workers,
        "num_gpus": 0,
        "include_dashboard": False,
        "_node_ip_address": HERE,
        "runtime_env": {"env_vars": variables},
    }


def _do(work: Callable[[Any], Any], job: Any) -> Any:
    return work(job)
