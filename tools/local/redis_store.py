"""The private Redis server: a cache, so nothing of it outlives the process."""

import socket
from dataclasses import dataclass
from pathlib import Path

from tools.local.credentials import Secrets
from tools.local.files import write_private
from tools.local.installed import redis_server
from tools.local.layout import Layout
from tools.local.ports import HOST
from tools.local.program import Program

NAME = "redis"

# Its title would be written over the environment by which the process is known.
CONF = """\
bind {host}
port {port}
requirepass {password}
save ""
appendonly no
daemonize no
set-proc-title no
"""


@dataclass(frozen=True)
class Redis:
    layout: Layout
    port: int
    secrets: Secrets

    def url(self) -> str:
        return f"redis://:{self.secrets[NAME]}@{HOST}:{self.port}/0"

    def program(self) -> Program:
        return Program(
            name=NAME,
            group="stores",
            command=[redis_server(), self._conf],
            directory=self.layout.data(NAME),
            ready=self.ready,
            prepare=self.prepare,
        )

    def prepare(self) -> None:
        self.layout.data(NAME).mkdir(exist_ok=True)
        password = self.secrets[NAME]
        conf = CONF.format(host=HOST, port=self.port, password=password)
        write_private(self._conf, conf)

    def ready(self) -> bool:
        try:
            with socket.create_connection((HOST, self.port), timeout=2) as connection:
                connection.sendall(f"AUTH {self.secrets[NAME]}\r\nPING\r\n".encode())
                answer = connection.makefile("rb")
                return (
                    answer.readline() == b"+OK\r\n"
                    and answer.readline() == b"+PONG\r\n"
                )
        except OSError:
            return False

    @property
    def _conf(self) -> Path:
        return self.layout.data(NAME) / "redis.conf"
