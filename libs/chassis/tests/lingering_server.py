"""The server of the chassis, which goes on reading for long after a refusal.

However often the test and its machine stall, the client can read the response.
"""

import sys

from chassis import server
from chassis._http import response_transport

main = server.main
response_transport.LINGER_SECONDS = 30.0

if __name__ == "__main__":
    sys.exit(main())
