"""Waiting for programs to be ready and services to be healthy, and what if not."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from tools.local.errors import NotReady
from tools.local.layout import Layout
from tools.local.polling import wait_until
from tools.local.program import Program
from tools.local.services import health
from tools.local.supervisor import Supervisor

# A program that is started this often while it is waited for needs help, not patience.
STARTS = 4
TAIL = 20

Report = Callable[[str], None]
# Returns the programs that it has started because this one is ready.
Follow = Callable[[Program], Iterable[Program]]


def await_ready(
    programs: Iterable[Program],
    supervisor: Supervisor,
    layout: Layout,
    report: Report,
    timeout: float,
    follow: Follow,
) -> None:
    """Waits for the programs, and for those that follow them, in any order."""
    pending = list(programs)
    starts: defaultdict[str, set[int]] = defaultdict(set)

    def none_pending() -> bool:
        states = supervisor.states()
        for program in list(pending):
            starts[program.name].add(states[program.name].started)
            if program.ready():
                pending.remove(program)
                report(f"{program.name} is ready")
                pending.extend(follow(program))
            elif len(starts[program.name]) >= STARTS:
                raise not_ready(
                    program, layout, "exits again and again right after its start"
                )
        return not pending

    if not wait_until(none_pending, timeout):
        raise not_ready(pending[0], layout, _not_yet(timeout))


def await_healthy(
    service_ports: Mapping[str, int], report: Report, timeout: float
) -> None:
    answers: dict[str, dict[str, object]] = {}

    def all_healthy() -> bool:
        answers.update({name: health(port) for name, port in service_ports.items()})
        return all(answer.get("status") == "healthy" for answer in answers.values())

    if not wait_until(all_healthy, timeout):
        sick = {
            name: answer.get("checks", "no answer")
            for name, answer in answers.items()
            if answer.get("status") != "healthy"
        }
        raise NotReady(
            f"Not healthy after {timeout:.0f} s:\n{json.dumps(sick, indent=2)}"
        )
    report("all services are healthy")


def _not_yet(timeout: float) -> str:
    return (
        f"is not ready after {timeout:.0f} s. It is still starting: see `make status`"
    )


def not_ready(program: Program, layout: Layout, what: str) -> NotReady:
    log = layout.log(program.name)
    return NotReady(f"{program.name} {what}. The end of {log}:\n{_tail(log)}")


def _tail(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    return "\n".join(f"  | {line}" for line in lines[-TAIL:])
