"""The private RabbitMQ node: its own name, ports, cookie and directories."""

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tools.local.credentials import Secrets
from tools.local.files import write_private
from tools.local.installed import rabbitmq_server
from tools.local.layout import Layout
from tools.local.ports import HOST
from tools.local.program import Program
from tools.local.queue_files import relocate_queues

NAME = "rabbitmq"
USER = "pannier"

CONF = """\
listeners.tcp.local = {host}:{port}
default_user = {user}
default_pass = {password}
loopback_users = none
log.console = true
log.console.level = info
log.console.use_colors = off
log.connection.level = warning
log.file = false
disk_free_limit.absolute = {disk_free_limit}
raft.wal_max_size_bytes = {log_bytes}
"""

# RabbitMQ looks its own host name up at each connection. Erlang's tables have what is
# needed here, so no name server is asked.
INETRC = """\
{lookup, [file]}.
{host, {127,0,0,1}, ["localhost"]}.
"""

# RabbitMQ stops publishers while the disk has less room than this, so that its own log
# still has some. The log, of 512 MiB by default, fills in part before it is replaced.
DISK_FREE_LIMIT = 200 * 1000**2
LOG_BYTES = 64 * 1024**2


@dataclass(frozen=True)
class RabbitMQ:
    layout: Layout
    port: int
    distribution_port: int
    epmd_port: int
    secrets: Secrets

    @classmethod
    def of(cls, layout: Layout, port: Mapping[str, int], secrets: Secrets) -> Self:
        return cls(
            layout,
            port["rabbitmq"],
            port["rabbitmq-distribution"],
            port["epmd"],
            secrets,
        )

    def url(self) -> str:
        return f"amqp://{USER}:{self.secrets[NAME]}@{HOST}:{self.port}/"

    def program(self) -> Program:
        return Program(
            name=NAME,
            group="stores",
            # With "input allowed" the script becomes the broker, where it would else
            # stay its parent and, killed, leave it behind; -noinput then takes the
            # input away.
            command=[rabbitmq_server(), "-noinput"],
            directory=self._home,
            environment=self._environment(),
            ready=self.ready,
            prepare=self.prepare,
        )

    def prepare(self) -> None:
        self._home.mkdir(exist_ok=True)
        password = self.secrets[NAME]
        conf = CONF.format(
            host=HOST,
            port=self.port,
            user=USER,
            password=password,
            disk_free_limit=DISK_FREE_LIMIT,
            log_bytes=LOG_BYTES,
        )
        write_private(self._conf, conf)
        write_private(self._inetrc, INETRC)
        relocate_queues(self._home / "mnesia")

    def ready(self) -> bool:
        """Returns whether it greets as AMQP does, which is the end of its boot."""
        try:
            with socket.create_connection((HOST, self.port), timeout=2) as connection:
                connection.sendall(b"AMQP\x00\x00\x09\x01")
                connection_start = connection.recv(11)
        except OSError:
            return False
        return connection_start[7:] == b"\x00\x0a\x00\x0a"

    def _environment(self) -> dict[str, str]:
        # The files that are not there stand in for those of the system's broker.
        return {
            # rabbitmqctl is beside it, and Erlang wherever the system has it.
            "PATH": os.pathsep.join(
                (str(rabbitmq_server().parent), "/usr/local/bin", os.defpath)
            ),
            "RABBITMQ_ALLOW_INPUT": "true",
            "HOME": str(self._home),
            "ERL_INETRC": str(self._inetrc),
            "ERL_EPMD_ADDRESS": HOST,
            "ERL_EPMD_PORT": str(self.epmd_port),
            "RABBITMQ_NODENAME": "pannier@localhost",
            "RABBITMQ_DIST_PORT": str(self.distribution_port),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": (
                "-kernel inet_dist_use_interface {127,0,0,1}"
            ),
            "RABBITMQ_CONFIG_FILE": str(self._conf),
            "RABBITMQ_CONF_ENV_FILE": str(self._home / "no-rabbitmq-env.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(self._home / "no-advanced.config"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(self._home / "generated"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self._home / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(self._home / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self._home / "log"),
            "RABBITMQ_PID_FILE": str(self._home / "pid"),
        }

    @property
    def _home(self) -> Path:
        return self.layout.data(NAME)

    @property
    def _inetrc(self) -> Path:
        return self._home / "inetrc"

    @property
    def _conf(self) -> Path:
        return self._home / "rabbitmq.conf"
