"""The server of the chassis, which waits one second for a head or a body.

After a refusal it reads for longer, however often the test and its machine stall.
"""

import sys

from chassis import server
from chassis._http import body, refusing_protocol, response_transport

body.BODY_SECONDS = refusing_protocol.HEAD_SECONDS = 1.0
response_transport.LINGER_SECONDS = 30.0

sys.exit(server.main())
