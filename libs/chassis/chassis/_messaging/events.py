"""Events as they travel: CloudEvents 1.0, structured JSON.

Source: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
"""

from datetime import UTC, datetime
from typing import ClassVar, Generic, Literal, TypeVar
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict, Field

CONTENT_TYPE = "application/cloudevents+json"


class EventData(BaseModel):
    """What one type of event tells; a subclass is one type.

    Attributes:
        type: the event's type, which is also its routing key.
        exchange: the topic exchange it is published to.
        must_route: whether an event that no queue takes stays in the outbox.
    """

    # Consumers ignore unknown fields, because producers may add fields.
    model_config = ConfigDict(extra="ignore", from_attributes=True)

    type: ClassVar[str]
    exchange: ClassVar[str]
    must_route: ClassVar[bool] = False

    @property
    def subject(self) -> str:
        """What the event is about, such as `orders/17`."""
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
