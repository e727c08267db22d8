"""Puts the platform's parts together from the ports and secrets of its root."""

from collections.abc import Mapping
from dataclasses import dataclass

from tools.local import broker_watch, credentials, jaeger_server, mailsink, ports
from tools.local.credentials import Secrets
from tools.local.layout import Layout
from tools.local.observer import Ports, Surroundings
from tools.local.observers import OBSERVERS
from tools.local.postgres_store import Postgres
from tools.local.program import Program
from tools.local.rabbitmq_store import RabbitMQ
from tools.local.redis_store import Redis
from tools.local.services import Services
from tools.local.supervisor import Supervisor


@dataclass(frozen=True)
class Assembly:
    secrets: Secrets
    postgres: Postgres
    redis: Redis
    rabbitmq: RabbitMQ
    programs: Mapping[str, Program]
    supervisor: Supervisor


def assemble(
    layout: Layout,
    service_ports: Mapping[str, int],
    given: Mapping[str, str],
    observers: Mapping[str, Ports],
) -> Assembly:
    port = ports.recall(layout.ports)
    kept = credentials.keep(layout.secrets, given)
    postgres = Postgres(layout, port["postgres"], kept)
    redis = Redis(layout, port["redis"], kept)
    rabbitmq = RabbitMQ.of(layout, port, kept)
    collector = jaeger_server.collector(observers)
    services = Services(
        layout,
        service_ports,
        port["smtp"],
        kept,
        postgres,
        redis,
        rabbitmq,
        {**collector, **given},
    )
    around = Surroundings(layout, service_ports, observers)
    programs = (
        *(store.program() for store in (postgres, redis, rabbitmq)),
        mailsink.program(layout, port["smtp"]),
        *services.programs(),
        broker_watch.program(layout),
        *(each.program(around) for each in OBSERVERS if each.name in observers),
    )
    return Assembly(
        secrets=kept,
        postgres=postgres,
        redis=redis,
        rabbitmq=rabbitmq,
        programs={program.name: program for program in programs},
        supervisor=Supervisor(layout, port["supervisor"], kept["supervisor"]),
    )
