"""supervisord.conf. Its paths start at the root, where supervisord runs, because some
characters of an absolute path could be quoted there in no way."""

import os
from collections.abc import Collection

from local.ports import HOST
from local.program import Program

# Services finish what is in flight in 10 s at most (their start.sh says so), and then
# hand over the last traces, which takes 10 s at most where nobody takes them. As long
# as docker-compose.yml gives them.
STOP_SECONDS = 30

# A group's programs stop together; the group with the higher priority stops first.
# Nothing starts by itself: the platform starts what it needs, in order.
HEAD = """\
[supervisord]
{user}
logfile=log/supervisord.log
logfile_maxbytes=5MB
logfile_backups=1
pidfile=supervisord.pid
childlogdir=log

[inet_http_server]
port={host}:{port}
username=pannier
password={password}

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface

[group:stores]
programs={stores}
priority=1

[group:services]
programs={services}
priority=2
"""

PROGRAM = """
[program:{name}]
command=./run/{name}
autostart=false
autorestart=true
startsecs=1
startretries=1000000000
stopsignal={stop_signal}
stopwaitsecs={stop_seconds}
stopasgroup=true
killasgroup=true
redirect_stderr=true
stdout_logfile=log/{name}.log
stdout_logfile_maxbytes=10MB
stdout_logfile_backups=2
"""


def render(programs: Collection[Program], port: int, password: str) -> str:
    def names(group: str) -> str:
        return ",".join(program.name for program in programs if program.group == group)

    head = HEAD.format(
        # supervisord warns when root runs it without having said so.
        user="user=root" if os.geteuid() == 0 else "",
        host=HOST,
        port=port,
        password=password,
        stores=names("stores"),
        services=names("services"),
    )
    return head + "".join(
        PROGRAM.format(
            name=program.name,
            stop_signal=program.stop_signal,
            stop_seconds=STOP_SECONDS,
        )
        for program in programs
    )
