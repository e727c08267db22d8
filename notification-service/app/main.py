"""The composition root: builds the app, its resources and its background work."""

from fastapi import FastAPI

from app import __version__
from app.api import notifications
from app.clients.channel import Channel, LogChannel
from app.clients.smtp import SmtpChannel
from app.clients.users import UsersClient
from app.config.settings import NotificationSettings
from app.events.handlers import (
    ORDER_NOTIFICATIONS,
    EventHandlers,
    store_notifications,
)
from app.letters.letters import Letters
from app.models import ReceivedEvent
from app.models.retention import EXPIRIES
from app.resources import Resources
from app.services.deliver_notifications import BATCH, DeliverNotifications
from app.services.find_addresses import FindAddresses
from app.services.watch_changes import LOOK_SECONDS, WatchChanges
from app.services.write_notification import WriteNotification
from app.streaming.streams import Streams
from chassis import (
    Inbox,
    Lifespan,
    Messaging,
    RemoteTokenValidator,
    ServiceInfo,
    ServiceTokens,
    Worker,
    build_app,
    dead_letters_router,
    load_settings,
)

INFO = ServiceInfo(
    name="notification-service",
    version=__version__,
    description="Notifies users about their orders, accounts and products.",
)
# A mail that its server defers is sent or failed within 10 s, of which its retries take
# 7. After a crash of its sender, its lease takes 8.
SHORTEST_WAIT, LONGEST_WAIT = 0.2, 2.0
# Under load, one step sends the mails of several events.
GATHER_SECONDS = 0.1


def create_app(settings: NotificationSettings | None = None) -> FastAPI:
    settings = settings or load_settings(NotificationSettings)
    return build_app(
        INFO, settings, open_resources, notifications.router, dead_letters_router
    )


async def open_resources(
    lifespan: Lifespan, settings: NotificationSettings
) -> Resources:
    database = lifespan.database
    users = await lifespan.open_peer("user-service", settings.user_service_url)
    tokens = ServiceTokens(
        users, settings.service_client_id, settings.service_client_secret
    )

    writer = WriteNotification(Letters(), by_email=settings.mail_server is not None)
    subscriptions = EventHandlers(writer).subscriptions()
    inbox = Inbox(database, ReceivedEvent, subscriptions, store_notifications)
    messaging = Messaging(lifespan, settings.broker_url)
    dead_letters = messaging.consume(ORDER_NOTIFICATIONS, inbox)

    # One sender for each channel: a slow mail server must not delay the others.
    for channel in _channels(lifespan, settings):
        deliver = DeliverNotifications(database, channel)
        sender = Worker(
            f"sender-{channel.kind}",
            deliver.deliver_batch,
            SHORTEST_WAIT,
            LONGEST_WAIT,
            batch=BATCH,
            gather=GATHER_SECONDS,
        )
        lifespan.run(sender)
        lifespan.wake(sender, deliver.is_work)
    addresses = FindAddresses(database, UsersClient(users, tokens))
    finder = Worker("find-addresses", addresses.find_batch)
    lifespan.run(finder)
    lifespan.wake(finder, addresses.is_work)
    lifespan.prune(*EXPIRIES)

    streams = Streams()
    lifespan.shutdown.add_listener(streams.end)
    watch = WatchChanges(database, streams)
    lifespan.run(Worker("watch-changes", watch.look, LOOK_SECONDS, LOOK_SECONDS))
    return Resources(
        database=database,
        token_validator=RemoteTokenValidator(users),
        dead_letters=dead_letters,
        streams=streams,
    )


def _channels(lifespan: Lifespan, settings: NotificationSettings) -> list[Channel]:
    server = settings.mail_server
    if server is None:
        return [LogChannel()]
    mail = SmtpChannel(server, lifespan.tracer_provider)
    lifespan.stack.push_async_callback(mail.close)
    return [LogChannel(), mail]
