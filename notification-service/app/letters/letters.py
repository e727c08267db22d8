"""The texts that customers get, from the templates in `app/templates`."""

from decimal import Decimal
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape


class Letters:
    """Writes a letter as plain text or as HTML.

    The templates of a letter are `<letter>.txt` and `<letter>.html`. All are loaded at
    the start: a letter needs no file that an upgrade may have moved.
    """

    def __init__(self) -> None:
        self._templates = Environment(
            loader=PackageLoader("app"),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            auto_reload=False,
        )
        self._templates.filters["money"] = _money
        for name in self._templates.list_templates():
            self._templates.get_template(name)

    def text(self, letter: str, **values: Any) -> str:
        return self._templates.get_template(f"{letter}.txt").render(values)

    def html(self, letter: str, **values: Any) -> str:
        return self._templates.get_template(f"{letter}.html").render(values)


def _money(amount: Decimal) -> str:
    return f"{amount:,.2f}"
