"""Titles and codes of HTTP statuses, as RFC 9110 has them."""

from http import HTTPStatus

# Python before 3.13 has older names.
TITLES = {
    413: "Content Too Large",
    414: "URI Too Long",
    416: "Range Not Satisfiable",
    422: "Unprocessable Content",
}


def title_of(status: int) -> str:
    return TITLES.get(status) or HTTPStatus(status).phrase


def code_of(status: int) -> str:
    """Returns the code of a problem that has no code of its own."""
    return title_of(status).lower().replace(" ", "_")
