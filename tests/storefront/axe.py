"""Runs axe, which finds faults of accessibility, in the page of a visitor."""

from typing import Any

from tests.storefront.visitor import Visitor
from tools.local.layout import REPOSITORY

SCRIPT = REPOSITORY / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
OPTIONS = {
    "runOnly": {
        "type": "tag",
        "values": [
            "wcag2a",
            "wcag2aa",
            "wcag21a",
            "wcag21aa",
            "wcag22aa",
            "best-practice",
        ],
    },
    # axe leaves out the rules of WCAG 2.2 unless they are named.
    "rules": {"target-size": {"enabled": True}},
}
RUN = """async (options) => {
    const {violations} = await axe.run(options);
    return violations.map(({id, nodes}) => [id, ...nodes.map(node => node.html)]);
}"""


async def faults(visitor: Visitor) -> Any:
    """Returns each rule that the page breaks, with the elements that break it."""
    # As a browser's extension does; the policy of the page forbids a script tag.
    await visitor.page.evaluate(SCRIPT.read_text())
    return await visitor.page.evaluate(RUN, OPTIONS)
