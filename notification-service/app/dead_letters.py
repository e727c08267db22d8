"""`python -m app.dead_letters`: lists, shows and replays dead letters."""

import sys

from app.config.settings import NotificationSettings
from app.events.handlers import ORDER_NOTIFICATIONS
from chassis import dead_letters_command, load_settings

if __name__ == "__main__":
    sys.exit(
        dead_letters_command(
            load_settings(NotificationSettings).broker_url, ORDER_NOTIFICATIONS
        )
    )
