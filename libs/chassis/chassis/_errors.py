"""The categories of errors, independent of any protocol.

    DomainError
    ├── Invalid             the input breaks a rule
    ├── Rejected            the input is well formed, but not accepted
    ├── Unauthenticated     the caller is not known
    ├── Forbidden           the caller may not do this
    ├── NotFound            there is no such thing
    ├── Conflict            the present state does not allow it
    ├── PreconditionFailed  the resource has changed since the caller read it
    ├── TooManyRequests     the caller must wait
    └── Unavailable         a dependency failed; trying later may help

A subclass states one fact (`OrderAlreadyShipped`), and its name is its code
(`order_already_shipped`). `_problems` renders them for HTTP; consumers retry
`Unavailable` and dead-letter everything else.
"""

import re
from typing import Any, ClassVar, Literal


class DomainError(Exception):
    """A fact that prevents the requested operation.

    Args:
        detail: one sentence for the caller.
        context: values that a program may need, such as `product_id`.

    Attributes:
        replayed: whether it repeats the response to an earlier request.
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


class Rejected(DomainError):
    """The input is well formed, but not accepted."""


class Unauthenticated(DomainError):
    """The caller is not known.

    Attributes:
        scheme: the scheme of the `Authorization` header to send.
    """

    scheme: ClassVar[str] = "Bearer"


class Forbidden(DomainError):
    """The caller may not do this."""


class NotFound(DomainError):
    """There is no such thing."""


class Conflict(DomainError):
    """The present state does not allow it."""


class TooManyRequests(DomainError):
    """The caller must wait.

    Args:
        retry_after: seconds until a retry may succeed.
    """

    def __init__(self, detail: str, retry_after: int, **context: Any) -> None:
        super().__init__(detail, **context)
        self.retry_after = retry_after


class PreconditionFailed(DomainError):
    """The resource has changed since the caller read it."""


class Unavailable(DomainError):
    """A dependency failed; trying again in `retry_after` seconds may help."""

    retry_after: ClassVar[int] = 1


class DatabaseUnavailable(Unavailable):
    """This service's own database is unreachable, hung, or has no free connection."""
