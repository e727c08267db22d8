"""The page for a browser whose log-in at a provider has failed."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from app.proxy.errors import ServiceFailed

ERROR = "login_error"
HOME = "/"
LONGEST_PATH = 1024
# A path of the storefront, as user-service accepts it: browsers read `//` and `/\` as
# the beginning of another host.
LOCAL_PATH = re.compile(r"/([!#-.0-\[\]-~][!#-\[\]-~]*)?")


def after_failure(problem: Mapping[str, Any] | None, return_to: object) -> str:
    """Returns the page of the storefront that names the error.

    Args:
        problem: the problem document; None if there is none.
        return_to: where the browser wanted to go, perhaps to another site.
    """
    code = (problem or {}).get("code", ServiceFailed.code)
    parts = urlsplit(_local_path(return_to))
    error = urlencode({ERROR: code})
    query = f"{parts.query}&{error}" if parts.query else error
    return parts._replace(query=query).geturl()


def _local_path(return_to: object) -> str:
    if not isinstance(return_to, str) or len(return_to) > LONGEST_PATH:
        return HOME
    return return_to if LOCAL_PATH.fullmatch(return_to) else HOME
