"""The composition root: builds the app, its resources and its background work."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from fastapi import FastAPI
from opentelemetry.trace import TracerProvider

from app import __version__
from app.api import notifications
from app.clients.channel import Channel, LogChannel
from app.clients.smtp import SmtpChannel
from app.clients.users import UsersClient
from app.config.settings import NotificationSettings
from app.events.handlers import ORDER_NOTIFICATIONS, EventHandlers
from app.models import ReceivedEvent
from app.services.deliver import Sender
from app.services.find_addresses import FindAddresses
from app.services.letters import Letters
from app.services.notify import Notify
from app.services.streams import Streams
from chassis import (
    RECEIVED_EVENTS_KEPT,
    Consumer,
    DeadLetters,
    Expiry,
    Inbox,
    Peer,
    RemoteTokenValidator,
    Retention,
    ServiceInfo,
    ServiceTokens,
    Worker,
    build_app,
    dead_letters_router,
    load_settings,
    ping_broker,
    running,
)

INFO = ServiceInfo(
    name="notification-service",
    version=__version__,
    description="Notifies users about their orders, accounts and products.",
)
# Short, as refused mail is settled within 10 s, of which its retries take 7.
SECONDS_BETWEEN_LOOKS = 0.2


def create_app(settings: NotificationSettings | None = None) -> FastAPI:
    settings = settings or load_settings(NotificationSettings)
    app = build_app(INFO, settings, partial(_resources, settings=settings))
    app.include_router(notifications.router)
    app.include_router(dead_letters_router)
    return app


@asynccontextmanager
async def _resources(
    app: FastAPI, settings: NotificationSettings
) -> AsyncIterator[None]:
    async with AsyncExitStack() as stack:
        provider = app.state.tracer_provider
        users = await stack.enter_async_context(
            Peer("user-service", settings.user_service_url, provider)
        )
        app.state.token_validator = RemoteTokenValidator(users)
        app.state.dead_letters = DeadLetters(settings.broker_url, ORDER_NOTIFICATIONS)
        app.state.health.add_peer(users)
        app.state.health.others["broker"] = partial(
            ping_broker, settings.broker_url, INFO.name
        )

        inbox = _inbox(app, settings)
        consumer = Consumer(
            settings.broker_url, ORDER_NOTIFICATIONS, inbox.receive, provider
        )
        tokens = ServiceTokens(
            users, settings.service_client_id, settings.service_client_secret
        )
        addresses = FindAddresses(app.state.database, UsersClient(users, tokens))
        retention = Retention(
            app.state.database, Expiry(ReceivedEvent.received_at, RECEIVED_EVENTS_KEPT)
        )
        await stack.enter_async_context(
            running(
                consumer,
                *(_sender(app, channel) for channel in _channels(settings, provider)),
                Worker("find-addresses", addresses.find_batch),
                Worker("retention", retention.prune_batch, interval=60),
            )
        )
        app.state.streams = Streams()
        app.state.shutdown.add_listener(app.state.streams.end)
        yield


def _inbox(app: FastAPI, settings: NotificationSettings) -> Inbox:
    by_email = settings.mail_server is not None
    handlers = EventHandlers(Notify(Letters(), by_email=by_email))
    return Inbox(app.state.database, ReceivedEvent, handlers.subscriptions())


def _channels(
    settings: NotificationSettings, provider: TracerProvider
) -> list[Channel]:
    server = settings.mail_server
    return [LogChannel(), *([] if server is None else [SmtpChannel(server, provider)])]


def _sender(app: FastAPI, channel: Channel) -> Worker:
    # One for each channel: a slow mail server must not keep the others waiting.
    sender = Sender(app.state.database, channel)
    return Worker(
        f"sender-{channel.kind}", sender.send_batch, interval=SECONDS_BETWEEN_LOOKS
    )
