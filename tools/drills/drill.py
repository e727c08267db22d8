"""The shape of a drill: a fault, its alert, and the way that leads to its cause."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

from tools.drills.target import Target


@dataclass(frozen=True)
class Alert:
    """
    Attributes:
        labels: those that distinguish it from other alerts of the same name.
    """

    name: str
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Panel:
    """A panel of a dashboard, and the expression that shows the fault in it."""

    dashboard: str
    title: str
    expression: str


@dataclass(frozen=True)
class Logged:
    """Describes a line of the log of a program.

    Attributes:
        texts: what the line contains.
        slower_than: milliseconds, for the access line of a slow request.
    """

    program: str
    texts: tuple[str, ...]
    slower_than: float = 0.0

    @property
    def query(self) -> str:
        """The LogQL that finds such lines."""
        slow = f" | json | duration_ms >= {self.slower_than:g}"
        return (
            f'{{service="{self.program}"}}'
            + "".join(f" |= `{text}`" for text in self.texts)
            + (slow if self.slower_than else "")
        )


@dataclass(frozen=True)
class Code:
    """A line of code, found by its text, so that it is right after each change."""

    path: str
    text: str


async def nothing(_: Target) -> None:
    """Mends a fault that ends with the process that causes it."""


@dataclass(frozen=True)
class Drill:
    """
    Attributes:
        name: the cause, as in ANSWER=component:cause.
        component: the program in which the cause is.
        story: what was broken, as the person on call would write it afterwards.
        alert: the alert that fires within about two minutes.
        hints: each is more precise than the one before.
        break_it: the fault lasts for as long as this context.
        mend: repairs what the context would have repaired if its process was killed. It
            may run on a platform that is well.
        panel: where a dashboard shows the fault.
        trace: a line that belongs to the trace of a request or message with the fault;
            None if no request takes part in the fault.
        log: the line that names the cause.
        code: where the platform meets the fault.
        proof: the command that shows the cause.
        proof_in_containers: that command for containers, if it is another one.
        through_gateway: whether people use the gateway, and not the ports of services.
        obstacle: returns what this machine lacks for the drill, if anything.
    """

    name: str
    component: str
    story: str
    alert: Alert
    hints: tuple[str, str, str]
    break_it: Callable[[Target], AbstractAsyncContextManager[None]]
    panel: Panel
    log: Logged
    code: Code
    proof: str
    proof_in_containers: str | None = None
    trace: Logged | None = None
    mend: Callable[[Target], Awaitable[None]] = nothing
    through_gateway: bool = False
    obstacle: Callable[[], str | None] = lambda: None
