"""Alloy, which sends the log lines to Loki in local mode; it is optional."""

from tools.local import installed, loki_server
from tools.local.layout import REPOSITORY
from tools.local.observer import Observer, Surroundings
from tools.local.ports import HOST
from tools.local.program import Program
from tools.local.services import answers_200

NAME = "alloy"
PORTS = {"http": 12345}
CONFIGURATION = REPOSITORY / "observability" / "alloy" / "local.alloy"


def program(around: Surroundings) -> Program:
    home, ports = around.layout.data(NAME), around.observers[NAME]
    loki = around.observers[loki_server.NAME]
    return Program(
        name=NAME,
        group="observers",
        command=[
            installed.alloy(),
            "run",
            f"--server.http.listen-addr={HOST}:{ports['http']}",
            f"--storage.path={home}",
            "--disable-reporting",
            CONFIGURATION,
        ],
        directory=home,
        environment={
            "LOGS": str(around.layout.logs),
            "LOKI_URL": f"http://{HOST}:{loki['http']}/loki/api/v1/push",
        },
        ready=lambda: answers_200(ports["http"], "/-/ready"),
        prepare=lambda: home.mkdir(exist_ok=True),
    )


OBSERVER = Observer(
    NAME,
    "Alloy",
    PORTS,
    installed.alloy,
    program,
    needs=loki_server.NAME,
)
