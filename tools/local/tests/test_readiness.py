"""Each program is reported once it is ready, whatever the others wait for."""

from collections.abc import Callable, Collection
from pathlib import Path

import pytest

from tools.local.errors import NotReady
from tools.local.layout import Layout
from tools.local.program import Program
from tools.local.readiness import await_ready
from tools.local.supervisor import State, Supervisor


class RunningPrograms(Supervisor):
    """A supervisor whose programs have all been started once."""

    def __init__(self, names: Collection[str]) -> None:
        self._names = names

    def states(self) -> dict[str, State]:
        return {name: State(name, "RUNNING", 1, 1, 0) for name in self._names}


@pytest.fixture
def reported() -> list[str]:
    return []


@pytest.fixture
def wait(tmp_path: Path, reported: list[str]) -> Callable[..., None]:
    def wait(
        *programs: Program, follow: tuple[Program, ...] = (), timeout: float = 20
    ) -> None:
        """The programs of `follow` start when PostgreSQL is ready."""
        names = {program.name for program in (*programs, *follow)}
        await_ready(
            *(programs, RunningPrograms(names), Layout(tmp_path), reported.append),
            timeout=timeout,
            follow=lambda ready: follow if ready.name == "postgres" else (),
        )

    return wait


def program(name: str, ready: Callable[[], bool]) -> Program:
    return Program(name, "stores", [], Path(), ready)


def test_slow_store_delays_no_service(
    wait: Callable[..., None], reported: list[str]
) -> None:
    wait(
        program("rabbitmq", lambda: "order-service is ready" in reported),
        program("postgres", lambda: True),
        follow=(program("order-service", lambda: True),),
    )
    assert reported == [
        "postgres is ready",
        "order-service is ready",
        "rabbitmq is ready",
    ]


def test_store_is_reported_while_another_fails(
    wait: Callable[..., None], reported: list[str]
) -> None:
    with pytest.raises(NotReady, match=r"^postgres is not ready"):
        wait(
            program("postgres", lambda: False),
            program("rabbitmq", lambda: True),
            follow=(program("order-service", lambda: True),),
            timeout=0.2,
        )
    assert reported == ["rabbitmq is ready"]
