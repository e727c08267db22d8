"""Restarts RabbitMQ when it answers and does not work.

After a full disk RabbitMQ accepts connections again, while its queues stay dead until
it is restarted. supervisord sees only a process that lives.
"""

import argparse
import asyncio
import os
import shutil
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from tools.local import credentials, ports
from tools.local.layout import REPOSITORY, Layout
from tools.local.program import Program
from tools.local.rabbitmq_store import DISK_FREE_LIMIT, RabbitMQ
from tools.local.supervisor import Supervisor

NAME = "broker-watch"
INTERVAL_SECONDS = 10.0
PROBE_SECONDS = 8.0
# In a row: a busy machine may be late now and then.
FAILURES = 3


def program(layout: Layout) -> Program:
    return Program(
        name=NAME,
        group="observers",
        command=[sys.executable, "-m", "tools.local.broker_watch", layout.root],
        directory=REPOSITORY,
        ready=lambda: True,
    )


@dataclass
class BrokerWatch:
    rabbitmq: RabbitMQ
    supervisor: Supervisor
    failures: int = 0

    async def look(self) -> None:
        """Probes the broker, and kills it after several failures in a row.

        A broker that is starting, stopped or hung is left alone, and so is one that
        accepts no messages because the disk is full.
        """
        if await self._works() or not self._should_work():
            self.failures = 0
            return
        self.failures += 1
        print("broker_probe_failed", f"failures={self.failures}", flush=True)
        if self.failures >= FAILURES:
            self.failures = 0
            self._kill()

    async def _works(self) -> bool:
        # Here, because it takes 0.7 s, and every command imports this module.
        from chassis import ping_broker  # noqa: PLC0415

        try:
            async with asyncio.timeout(PROBE_SECONDS):
                await ping_broker(self.rabbitmq.url(), NAME)
        except Exception as error:  # a broker fails in many ways
            print("broker_unavailable", type(error).__name__, flush=True)
            return False
        return True

    def _should_work(self) -> bool:
        free = shutil.disk_usage(self.rabbitmq.layout.root).free
        return free > DISK_FREE_LIMIT and self.rabbitmq.ready()

    def _kill(self) -> None:
        """Does not wait for a shutdown, which may fail; supervisord starts it again."""
        if pid := self.supervisor.states()[self.rabbitmq.program().name].pid:
            print("broker_restarted", f"pid={pid}", flush=True)
            os.kill(pid, signal.SIGKILL)


async def watch(layout: Layout) -> None:
    port = ports.recall(layout.ports)
    kept = credentials.keep(layout.secrets, {})
    watched = BrokerWatch(
        RabbitMQ.of(layout, port, kept),
        Supervisor(layout, port["supervisor"], kept["supervisor"]),
    )
    while True:
        await watched.look()
        await asyncio.sleep(INTERVAL_SECONDS)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", type=Path)
    asyncio.run(watch(Layout(parser.parse_args().root)))
