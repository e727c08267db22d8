"""Finds the template of a path, such as `/orders/{order_id}`, for metrics and spans."""

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass
class _Node:
    """The segments that may follow here."""

    fixed: dict[bytes, "_Node"] = field(default_factory=dict)
    variable: "_Node | None" = None
    template: str | None = None


class Templates:
    def __init__(self, templates: Iterable[str]) -> None:
        self._root = _Node()
        for template in templates:
            self._add(template)

    def find(self, path: bytes) -> str | None:
        """Returns the template; None if the path has none. A fixed segment wins."""
        node = self._root
        for segment in path.split(b"/"):
            following = node.fixed.get(segment, node.variable)
            if following is None:
                return None
            node = following
        return node.template

    def _add(self, template: str) -> None:
        node = self._root
        for segment in template.encode().split(b"/"):
            if segment.startswith(b"{"):
                node.variable = node = node.variable or _Node()
            else:
                node = node.fixed.setdefault(segment, _Node())
        node.template = template
