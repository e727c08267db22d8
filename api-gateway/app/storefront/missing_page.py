"""The page that browsers get while the storefront has not been built."""

from html import escape

from starlette.responses import HTMLResponse

PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>The shop is not built yet</title>
<h1>The shop is not built yet</h1>
<p>{reason}</p>
<p>In the folder of the platform, <code>make storefront</code> builds it, or says why it
cannot. Then load this page again; the gateway needs no restart.</p>
<p>The API works: <a href="/docs">its documentation</a>.</p>
"""
UNKNOWN = "The gateway has not found its files."


def missing_page(obstacle: str | None) -> HTMLResponse:
    """Returns the page.

    Args:
        obstacle: why the last attempt to build it has failed, if that is known.
    """
    page = PAGE.format(reason=escape(obstacle or UNKNOWN))
    return HTMLResponse(page, status_code=503, headers={"Vary": "Accept"})
