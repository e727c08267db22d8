"""The wiring of a service to the broker."""

from functools import partial

from chassis._http.lifespan import Lifespan
from chassis._messaging.broker_probe import ping_broker
from chassis._messaging.consumer import Consumer
from chassis._messaging.dead_letters import DeadLetters
from chassis._messaging.inbox import Inbox
from chassis._messaging.outbox import Outbox, OutboxMessage
from chassis._messaging.outbox_lag import measure_outbox_lag
from chassis._messaging.outbox_relay import BATCH_SIZE, GATHER_SECONDS, OutboxRelay
from chassis._messaging.publisher import Publisher
from chassis._messaging.queue import Queue
from chassis._workers import Worker


class Messaging:
    """Publishes and consumes a service's events while its lifespan lasts.

    The broker is one of the probes of the service's health.
    """

    def __init__(self, lifespan: Lifespan, broker_url: str) -> None:
        self._lifespan = lifespan
        self._url = broker_url
        probe = partial(ping_broker, broker_url, lifespan.service)
        lifespan.health.add_probe("broker", probe)

    def open_outbox(self, table: type[OutboxMessage]) -> Outbox:
        """Returns the outbox; a relay publishes its events, and its lag is measured."""
        lifespan = self._lifespan
        publisher = Publisher(self._url, lifespan.tracer_provider)
        lifespan.stack.push_async_callback(publisher.close)
        relay = OutboxRelay(lifespan.database, table, publisher)
        relaying = Worker(
            "outbox-relay",
            relay.publish_batch,
            batch=BATCH_SIZE,
            gather=GATHER_SECONDS,
        )
        lag = partial(measure_outbox_lag, lifespan.database, table)
        lifespan.run(relaying, Worker("outbox-lag", lag, interval=10))
        return Outbox(table, f"/{lifespan.service}", relaying.wake)

    def consume(self, queue: Queue, inbox: Inbox) -> DeadLetters:
        """Feeds the queue's messages to the inbox; returns the queue's dead letters."""
        provider = self._lifespan.tracer_provider
        self._lifespan.run(Consumer(self._url, queue, inbox.receive, provider))
        return DeadLetters(self._url, queue)
