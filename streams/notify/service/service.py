"""The notifier: alerts in, groups let go, parcels sent, people heeded, each in a loop of its own.

Any number of them may run at once, on one group of the alerts and one Redis. Kafka failing ends the process before
anything is acknowledged; Redis failing is waited out.
"""

import asyncio
import threading
from collections.abc import Callable, Iterable, Sequence

import structlog
from msgspec import structs
from redis.exceptions import RedisError

from streams.contract.deliveries import Action, DeliveryRecord, SetSilence, decode_action
from streams.errors import FirstbellError
from streams.kafka.reader import Reader
from streams.kafka.records import Record
from streams.kafka.sink import Sink
from streams.notify.config.config import Config
from streams.notify.lifecycle.in_force import is_made_by
from streams.notify.lifecycle.orders import Orders
from streams.notify.lifecycle.reloading import judge_anew
from streams.notify.lifecycle.state import Parcel
from streams.notify.reasons import Why
from streams.notify.service.anew import make_anew
from streams.notify.service.log import group_of, seen
from streams.notify.service.metrics import Count
from streams.notify.service.outage import Outage, place_of
from streams.notify.service.persisting import Persistence
from streams.notify.service.planner import Planner
from streams.notify.service.sender import Sender
from streams.notify.service.silencing import silenced
from streams.notify.service.surroundings import Equipment, Reload, Surroundings
from streams.notify.service.surveys import Surveys
from streams.notify.working.room import RedisRoom

__all__ = ["Service"]

log = structlog.get_logger("firstbell.notify")

_LOOKS = 0.5  # s between looks for what other notifiers left due


class Service:
    """One notifier, by *config* until it reads another."""

    def __init__(self, around: Surroundings, config: Config) -> None:
        self.settings, self.topics, self.stop = around.settings, around.topics, around.stop
        self.metrics, self.health, self.clocks = around.metrics, around.health, around.clocks
        outage = Outage(place_of(around.redis), around.clocks.steady)
        self.persist = Persistence(outage, around.health, around.metrics, around.stop).persist
        self.room = RedisRoom(
            around.redis,
            f"{around.settings.prefix}notify:",
            lambda desk, beat: make_anew(desk, around, self.planner.orders, beat),
            around.token,
        )
        self.planner = Planner(
            self.room, around.log, Orders(config=config), chance=around.chance, count=self._count_decision
        )
        self.sender = Sender(
            planner=self.planner,
            room=self.room,
            owner=around.owner,
            clocks=around.clocks,
            persist=self.persist,
            told=self.told,
            beat=lambda: around.health.beat("sending"),
        )
        self._surveys = Surveys(self.room, self.metrics, self.clocks)
        self._woken = threading.Event()
        self._another_file = threading.Event()
        self._changing = threading.Lock()
        self._failed: list[BaseException] = []
        self._loop: asyncio.AbstractEventLoop | None = None

    def _count_decision(self, why: Why, number: int) -> None:
        self.metrics.count(Count.DECISIONS, why, by=number)

    def run(self, equipment: Equipment, reload: Reload, reloading: threading.Event) -> None:
        """Go on until `stop` is set; *reloading* is set where the file is to be read again.

        Raises:
            FirstbellError: Kafka failed.
        """
        actions = Reader(self.settings, self.topics.actions.name)
        asked = self._silenced(actions.to_end())  # silences first, or what they hold back would go
        self.sender.equip(equipment[1])
        threads = [
            self._thread("alerts", self._take),
            self._thread("groups", self._turn),
            self._thread("actions", lambda: self._follow(actions, asked)),
        ]
        try:
            asyncio.run(self._send(reload, reloading))
        except RedisError:  # it was away when the notifier was asked to stop; what was sent then is sent again
            if not self.stop.is_set():
                raise
        finally:
            self.stop.set()
            self._woken.set()
            for thread in threads:
                thread.join()
        if self._failed:
            raise self._failed[0]

    def told(self, parcel: Parcel, record: DeliveryRecord) -> None:
        """Note a record in metrics and log."""
        self.metrics.count(Count.DELIVERIES, record.receiver, record.state)
        if record.state == "delivered":
            self.metrics.latency(self.clocks.now() - parcel.published)
        elif record.state == "retrying":
            log.info("to be tried again", **_about(record), next_try=record.next_try)
        else:
            log.warning(record.state, **_about(record))

    def _thread(self, name: str, run: Callable[[], None]) -> threading.Thread:
        def guarded() -> None:
            try:
                run()
            except BaseException as error:  # noqa: BLE001 - it ends the process, from `run`
                if not self.stop.is_set() or not isinstance(error, RedisError):
                    self._failed.append(error)
            finally:
                self.stop.set()
                self._woken.set()

        thread = threading.Thread(target=guarded, name=f"notify-{name}")
        thread.start()
        return thread

    def _take(self) -> None:
        """Alerts in: taken whole, then committed. The file may be another than at the last start."""
        self.persist(self._judge_anew)
        Sink(self.settings, [self.topics.alerts.name], group_of(self.settings), self._handle).run(self.stop)

    def _judge_anew(self) -> None:
        """What waits is due when the file says; one with other inhibitions needs the state made anew."""
        config = self.planner.orders.config
        with self.room.step() as desk:
            known = is_made_by(desk, config)
            if known:
                judge_anew(desk, config, self.clocks.now())
        if not known:
            self._make_anew()

    def _make_anew(self) -> None:
        log.info("the file has other inhibitions: the working state is made anew from the topics")
        with self.room.step(anew=True):
            pass

    def _handle(self, records: Sequence[Record]) -> None:
        found = [each for record in records if (each := seen(record)) is not None]
        self.persist(lambda: self.planner.take(found, self.clocks.now()))
        self.metrics.count(Count.ALERTS, by=len(found))
        self.metrics.count(Count.NOT_ALERTS, by=len(records) - len(found))
        self._woken.set()

    def _turn(self) -> None:
        """What is due goes: when it is due, when alerts came, and now and then for what others left."""
        while not self.stop.is_set():
            self.health.beat("groups")
            self._woken.clear()
            if self._another_file.is_set():
                self._another_file.clear()
                self.persist(self._judge_anew)
            moved = self.persist(lambda: self.planner.turn(self.clocks.now(), self.sender.own))
            if moved:
                self._wake_sender()
            if self._surveys.are_due:
                self.persist(self._surveys.take)
            self._woken.wait(min(_LOOKS, max(0.001, self.planner.next_due - self.clocks.now())))

    def _wake_sender(self) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.sender.wake)

    def _silenced(self, records: Iterable[Record]) -> list[Action]:
        """Put the silences of *records* in force, and give all actions, of which some may not have been heeded."""
        found = [action for record in records if (action := decode_action(record.value or b"")) is not None]
        for action in found:
            self._change_silences(action)
        return found

    def _follow(self, actions: Reader, asked: Sequence[Action]) -> None:
        with actions:
            for action in asked:
                if not isinstance(action, SetSilence):
                    self._heed(action)
            for record in actions.until(self.stop):
                said = decode_action(record.value or b"")
                if said is not None:
                    self._change_silences(said)
                    self._heed(said)

    def _change_silences(self, action: Action) -> None:
        with self._changing:
            orders = self.planner.orders
            silences = silenced(orders.silences, action, self.clocks.now())
            self.planner.orders = structs.replace(orders, silences=silences)

    def _heed(self, action: Action) -> None:
        self.persist(lambda: self.planner.heed(action, self.clocks.now()))
        self._woken.set()
        self._wake_sender()

    async def _send(self, reload: Reload, reloading: threading.Event) -> None:
        self._loop = asyncio.get_running_loop()
        watching = asyncio.create_task(self._reload(reload, reloading))
        try:
            await self.sender.run(self.stop.is_set)
        finally:
            watching.cancel()
            for channel in self.sender.channels.values():
                await channel.close()

    async def _reload(self, reload: Reload, reloading: threading.Event) -> None:
        """Read the file again where that was asked for; one that is wrong is said, and the old one kept."""
        while True:
            await asyncio.sleep(_LOOKS / 2)
            if not reloading.is_set():
                continue
            reloading.clear()
            try:
                config, channels = reload()
            except (FirstbellError, OSError) as error:
                self.metrics.count(Count.RELOADS, "refused-file")
                log.error("the file was not taken, the old one stays in force", why=str(error))  # noqa: TRY400
                continue
            self.metrics.know(config.receivers)
            old = self.sender.channels
            self.sender.equip(channels)
            with self._changing:
                self.planner.orders = structs.replace(self.planner.orders, config=config)
            self.metrics.count(Count.RELOADS, "read")
            self._another_file.set()
            self._woken.set()
            log.info("the file was read again", receivers=len(config.receivers), routes=len(config.routes))
            await self.sender.idle()
            for channel in old.values():
                await channel.close()


def _about(record: DeliveryRecord) -> dict[str, object]:
    return {
        "receiver": record.receiver,
        "delivery_id": record.delivery_id,
        "reason": record.reason,
        "attempt": record.attempt,
        "status": record.status,
    }
