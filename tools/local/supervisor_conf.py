"""supervisord.conf. Its paths start at the root, where supervisord runs, because some
characters of an absolute path could be quoted there in no way."""

import os
from collections.abc import Collection

from tools.local.ports import HOST
from tools.local.program import Program

# A service finishes its requests in 10 s at most, and then sends its last traces, which
# takes 10 s at most if no collector accepts them. docker-compose.yml allows as much.
STOP_SECONDS = 30

# A group's programs stop together; the group with the higher priority stops first.
# Nothing starts by itself: the platform starts what it needs, in order.
PRIORITIES = {"stores": 1, "services": 2, "observers": 3}

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
"""

GROUP = """
[group:{name}]
programs={programs}
priority={priority}
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
    groups = {
        group: [program.name for program in programs if program.group == group]
        for group in PRIORITIES
    }
    head = HEAD.format(
        # supervisord warns when root runs it without having said so.
        user="user=root" if os.geteuid() == 0 else "",
        host=HOST,
        port=port,
        password=password,
    )
    parts = [head]
    parts += (
        GROUP.format(name=group, programs=",".join(names), priority=PRIORITIES[group])
        for group, names in groups.items()
        if names
    )
    parts += (
        PROGRAM.format(
            name=program.name,
            stop_signal=program.stop_signal,
            stop_seconds=STOP_SECONDS,
        )
        for program in programs
    )
    return "".join(parts)
