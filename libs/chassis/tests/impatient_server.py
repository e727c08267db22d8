"""The lingering server, which waits one second for a head or a body."""

import sys

from chassis._http import body, refusing_protocol
from tests.lingering_server import main

body.BODY_SECONDS = refusing_protocol.HEAD_SECONDS = 1.0

sys.exit(main())
