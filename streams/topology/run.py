"""Running the app in our own event loop: no Faust command line, no spinner, no web server."""

import asyncio
import contextlib
import signal

import structlog
from faust.exceptions import ConsumerNotStarted

from streams.errors import Undelivered
from streams.topology.build import Stream
from streams.topology.lag import Lag

STOP_WITHIN = 9.0  # s from the signal to the end of the process
_REPORT_EVERY = 1.0  # s

log = structlog.get_logger("firstbell.worker")


async def run(stream: Stream) -> None:
    """Run until SIGTERM or SIGINT; then finish the batch in hand, commit, leave the group, and return.

    Anything that cannot be finished in time ends the process non-zero; what was not committed comes again.
    """
    stop = _signalled()
    app, fail_stop = stream.app, stream.fail_stop
    app.in_worker = True
    jobs = (_start(stream), _report(stream.lag), *(job.run() for job in stream.jobs))
    tasks = [asyncio.create_task(job) for job in jobs]
    await stop.wait()
    log.info("stopping")
    asyncio.get_running_loop().call_later(
        STOP_WITHIN, fail_stop, "stopping", Undelivered(f"not done within {STOP_WITHIN:g} s")
    )
    for task in tasks[1:]:
        task.cancel()
    if app.started:
        app.ask_back()
        await app.stop()
    else:
        tasks[0].cancel()  # it has not joined
    for keeper in app.keepers.values():
        await keeper.close()
    for task in tasks:
        with contextlib.suppress(asyncio.CancelledError):
            await task
    log.info("stopped")


def _signalled() -> asyncio.Event:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


async def _start(stream: Stream) -> None:
    try:
        await stream.joining.ready()
        await stream.app.start()
    except Exception as error:  # noqa: BLE001 - nothing has begun, whatever it is
        stream.fail_stop("starting", error)


async def _report(lag: Lag) -> None:
    while True:
        await asyncio.sleep(_REPORT_EVERY)
        with contextlib.suppress(ConsumerNotStarted):
            lag.report()
