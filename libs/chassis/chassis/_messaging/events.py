"""The format of events: CloudEvents 1.0, structured JSON.

Source: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
"""

from datetime import UTC, datetime
from typing import ClassVar, Generic, Literal, TypeVar
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict, Field

CONTENT_TYPE = "application/cloudevents+json"


class EventData(BaseModel):
    """The data of an event; each type of event is a subclass.

    Attributes:
        type: the event's type, which is also its routing key.
        exchange: the topic exchange to which it is published.
        must_route: whether the event stays in the outbox until a queue is bound for it.
    """

    # Consumers ignore unknown fields, because producers may add fields.
    model_config = ConfigDict(extra="ignore", from_attributes=True)

    type: ClassVar[str]
    exchange: ClassVar[str]
    must_route: ClassVar[bool] = False

    @property
    def subject(self) -> str:
        """The subject of the event, such as `orders/17`."""
        raise NotImplementedError


DataT = TypeVar("DataT", bound=BaseModel)


class Event(BaseModel, Generic[DataT]):
    """The envelope."""

    specversion: Literal["1.0"] = "1.0"
    id: UUID = Field(default_factory=uuid4)
    source: str
    type: str
    subject: str | None = None
    time: datetime = Field(default_factory=lambda: datetime.now(UTC))
    datacontenttype: Literal["application/json"] = "application/json"
    data: DataT
