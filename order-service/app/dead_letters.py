"""`python -m app.dead_letters`: lists, shows and replays dead letters."""

import sys

from app.config.settings import OrderSettings
from app.events.handlers import USER_EVENTS
from chassis import dead_letters_command, load_settings

if __name__ == "__main__":
    sys.exit(dead_letters_command(load_settings(OrderSettings).broker_url, USER_EVENTS))
