"""The server of the chassis, which waits one second for a head or a body."""

import sys

from chassis import server
from chassis._http import body, refusing_protocol

body.BODY_SECONDS = refusing_protocol.HEAD_SECONDS = 1.0

sys.exit(server.main())
