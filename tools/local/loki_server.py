"""Loki, which keeps the log lines in local mode; it is optional."""

from tools.local import installed
from tools.local.layout import REPOSITORY
from tools.local.observer import Observer, Surroundings
from tools.local.ports import HOST
from tools.local.program import Program
from tools.local.services import answers_200

NAME = "loki"
PORTS = {"http": 3100, "grpc": 9095}
CONFIGURATION = REPOSITORY / "observability" / "loki" / "loki.yml"


def program(around: Surroundings) -> Program:
    home, ports = around.layout.data(NAME), around.observers[NAME]
    return Program(
        name=NAME,
        group="observers",
        command=[
            installed.loki(),
            f"-config.file={CONFIGURATION}",
            # Each of these replaces a value of the file.
            f"-server.http-listen-address={HOST}",
            f"-server.http-listen-port={ports['http']}",
            f"-server.grpc-listen-address={HOST}",
            f"-server.grpc-listen-port={ports['grpc']}",
            f"-common.path-prefix={home}",
            f"-common.storage.filesystem.chunk-directory={home / 'chunks'}",
            f"-common.storage.filesystem.rules-directory={home / 'rules'}",
            f"-compactor.working-directory={home / 'compactor'}",
        ],
        directory=home,
        ready=lambda: answers_200(ports["http"], "/ready"),
        prepare=lambda: home.mkdir(exist_ok=True),
    )


OBSERVER = Observer(
    NAME,
    "Loki",
    PORTS,
    installed.loki,
    program,
)
