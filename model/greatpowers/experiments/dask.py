"""The same parts on a Dask cluster: workers play them, this process writes them.

A part that is played twice, because a worker died with its result, comes out the same and is written once. At most
some parts a worker are on their way at a time, so that neither this process nor the scheduler's fills up.
"""

import asyncio
import contextlib
import logging
import platform
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import greatpowers
from greatpowers.core.declare import Floats
from greatpowers.experiments.plan import Job
from greatpowers.experiments.play import Values, play_part
from greatpowers.experiments.store import Store
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.storage.manifest import available_cores, environment, fingerprint

LOCAL = "local"
PATIENCE = 60
"""Seconds to wait for a first worker."""

TIMEOUT = 10
"""Seconds to wait for a scheduler."""

AHEAD = 3
"""Parts on their way for each thread of the cluster."""


def play_there(store: Store, address: str, workers: int | None, advance: Callable[[int], None]) -> None:
    """Play every pending part on a cluster; `address` is that of a scheduler, or "local" for one of its own."""
    _require_dask()
    from distributed import KilledWorker
    from distributed.client import FutureCancelledError

    with _client(address, workers) as client:
        try:
            _play(store, client, advance)
        except BrokenPipeError:  # who has been sent how far it is
            raise
        except (OSError, FutureCancelledError, KilledWorker) as error:  # faults of the disk are sentences by now
            raise GreatPowersError(_lost(store, address, error)) from error


def _play(store: Store, client: Any, advance: Callable[[int], None]) -> None:
    from distributed import as_completed

    pending, stamp = iter(store.pending), libraries_here()
    running: dict[Any, Job] = {}

    def submit() -> Any:
        number = next(pending, None)
        if number is None:
            return None
        job = store.plan.job(number)
        # A name that nobody else's part has: clients of one scheduler may be forks of one process.
        future = client.submit(play_remotely, job, stamp, key=f"greatpowers-part-{number}-{uuid4().hex}")
        running[future.key] = job
        return future

    first = [future for _ in range(_window(client)) if (future := submit()) is not None]
    arriving = as_completed(first)
    for future in arriving:
        job = running.pop(future.key)
        values = future.result()
        future.release()
        store.write(job, Values(*values))
        advance(job.rows)
        while len(running) < _window(client) and (following := submit()) is not None:
            arriving.add(following)


def libraries_here() -> dict[str, str]:
    """What must be the same on every machine that plays parts of one experiment, by name."""
    here = environment()
    versions = {"greatpowers": greatpowers.__version__, "core": fingerprint()}
    return {**versions, "numpy": here["numpy"], "numba": here["numba"], "architecture": platform.machine()}


def play_remotely(job: Job, expected: dict[str, str]) -> tuple[Floats, Floats]:
    """What a worker does: play a part, if it has the same version of the model and of what numbers depend on."""
    for name, version in libraries_here().items():
        if version != expected[name]:
            text = f"{name} {version}; expected {name} {expected[name]}, as where the experiment was started"
            raise GreatPowersError(f"a Dask worker has {text}: install the same packages on every worker.")
    values = play_part(job)
    return values.runs, values.rounds


def _window(client: Any) -> int:
    """How many parts may be on their way: some for each thread of the cluster as it is now."""
    threads: int = sum(client.nthreads().values())
    return max(4, AHEAD * threads)


@contextlib.contextmanager
def _client(address: str, workers: int | None) -> Iterator[Any]:
    """A client of the scheduler at `address`, or of one started here with a process a core."""
    from distributed import Client

    for name in [name for name in logging.root.manager.loggerDict if name.split(".")[0] == "distributed"]:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)  # the batch says in one sentence what goes wrong
    with contextlib.ExitStack() as stack:
        try:
            if address == LOCAL:
                target = _own_cluster(workers)
                stack.callback(_close, target)
            else:
                target = address
                _greet(address)
            client = Client(target, timeout=TIMEOUT)
            stack.callback(_close, client)
        except Exception as error:  # whatever comes of an answer by something else, such as one that fits no memory
            raise GreatPowersError(_no_scheduler(address, _brief(error))) from None
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            raise GreatPowersError(_no_workers(address)) from None
        yield client


def _own_cluster(workers: int | None) -> Any:
    from distributed import LocalCluster

    size = available_cores() if workers is None else workers
    return LocalCluster(n_workers=size, threads_per_worker=1, dashboard_address=None, silence_logs=logging.CRITICAL)


def _close(opened: Any) -> None:
    """Close a client or a cluster; one that takes too long takes nothing back of what is written."""
    with contextlib.suppress(Exception):
        opened.close()


def _no_scheduler(address: str, why: str) -> str:
    if address == LOCAL:
        return _not_started(why)
    return f"no Dask scheduler answers at '{address}' ({why}); start one with 'dask scheduler', or use --dask local."


def _no_workers(address: str) -> str:
    why = f"no workers after {PATIENCE} s"
    if address == LOCAL:
        return _not_started(why)
    return f"the Dask scheduler at '{address}' has {why}; start some with 'dask worker {address}'."


def _not_started(why: str) -> str:
    remedy = "when the machine is less busy, with fewer --workers, or without --dask, which needs no other processes"
    return f"the Dask cluster of --dask local did not start ({why}); give the same command again {remedy}."


def _greet(address: str) -> None:
    """Raise unless a scheduler answers in time: a client waits for ever for one that lets in and says nothing."""
    from distributed.comm import connect
    from distributed.security import Security

    async def greet() -> None:
        settings = Security().get_connection_args("client")
        comm = await asyncio.wait_for(connect(address, timeout=TIMEOUT, **settings), 1.5 * TIMEOUT)
        await comm.close()

    with ThreadPoolExecutor(1) as thread:  # notebooks have a loop of their own in this one
        thread.submit(lambda: asyncio.run(greet())).result()


def _lost(store: Store, address: str, error: Exception) -> str:
    from distributed import KilledWorker
    from distributed.client import FutureCancelledError
    from distributed.comm import CommClosedError

    unanswered = isinstance(error, OSError) and f"connect to {address} " in f"{error} "
    if isinstance(error, KilledWorker):
        why = "the same part was on its way when several Dask workers died one after another"
    elif unanswered or isinstance(error, CommClosedError | FutureCancelledError):
        why = f"the Dask scheduler at '{address}' has gone"
    else:
        why = f"the Dask cluster at '{address}' or one of its workers failed ({_brief(error)})"
    return f"{store.directory}: {why}; what is finished is kept, and the same command goes on from there."


def _brief(error: BaseException) -> str:
    if isinstance(error, MemoryError):
        return "something else does"
    text = str(error).splitlines()[0] if str(error) else type(error).__name__
    return text if len(text) <= 120 else text[:117] + "..."


def _require_dask() -> None:
    try:
        import distributed  # noqa: F401  # whether it is there is all that is asked
    except ImportError:
        raise GreatPowersError("--dask needs dask.distributed: pip install 'greatpowers[dask]'.") from None
