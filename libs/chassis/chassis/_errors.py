"""The categories of what can go wrong, free of any protocol.

    DomainError
    ├── Invalid             the input breaks a rule
    ├── Refused             well formed, and yet not accepted
    ├── Unauthenticated     who is asking is not known
    ├── Forbidden           who is asking may not
    ├── NotFound            there is no such thing
    ├── Conflict            the state of things does not allow it
    ├── PreconditionFailed  it has changed since who asks saw it
    ├── TooManyRequests     it was asked for too often; waiting helps
    └── Unavailable         something needed is away; trying later may help

A subclass states one fact (`OrderAlreadyShipped`), and its name is its code
(`order_already_shipped`). `_problems` renders them for HTTP; consumers retry
`Unavailable` and park everything else.
"""

import re
from typing import Any, ClassVar, Literal


class DomainError(Exception):
    """A fact that stops what was asked for.

    Args:
        detail: one sentence for the person who asked.
        context: values that a program may need, such as `product_id`.

    Attributes:
        replayed: whether it answers a request that was answered so before.
    """

    code: ClassVar[str] = "error"
    replayed: bool = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.code = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    def __init__(self, detail: str, **context: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.context = context


class Invalid(DomainError):
    """The input breaks a rule.

    Args:
        field: the path of the offending field, such as `items.0.quantity`.

    Attributes:
        where: what the field is part of.
    """

    where: Literal["body", "query", "header", "path"] = "body"

    def __init__(self, detail: str, field: str | None = None, **context: Any) -> None:
        super().__init__(detail, **context)
        self.field = field


class Refused(DomainError):
    """Well formed, and yet not accepted."""


class Unauthenticated(DomainError):
    """Who is asking is not known.

    Attributes:
        scheme: how to say it: the scheme of the `Authorization` header.
    """

    scheme: ClassVar[str] = "Bearer"


class Forbidden(DomainError):
    """Who is asking may not."""


class NotFound(DomainError):
    """There is no such thing."""


class Conflict(DomainError):
    """The state of things does not allow it."""


class TooManyRequests(DomainError):
    """It was asked for too often.

    Args:
        retry_after: seconds until asking again may help.
    """

    def __init__(self, detail: str, retry_after: int, **context: Any) -> None:
        super().__init__(detail, **context)
        self.retry_after = retry_after


class PreconditionFailed(DomainError):
    """It has changed since who asks saw it."""


class Unavailable(DomainError):
    """Something needed is away; trying again in `retry_after` seconds may help."""

    retry_after: ClassVar[int] = 1


class DatabaseUnavailable(Unavailable):
    """This service's own database is away, hung, or out of free connections."""
