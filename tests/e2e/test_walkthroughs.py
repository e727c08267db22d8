"""The commands of a document work in their order, with the shown answers."""

import json
from pathlib import Path

import pytest

from chassis.testing import eventually
from tests.documents import Block, blocks, documents, named
from tests.runbooks import RUNBOOKS
from tests.shown import differences
from tests.terminal import Terminal
from tools.local.lifecycle import Platform


def walked(document: Path) -> list[Block]:
    return [block for block in blocks(document) if block.is_walked]


def walkthroughs() -> list[Path]:
    """Runbooks are not read from beginning to end: they have tests of their own."""
    return [d for d in documents() if d.parent != RUNBOOKS and walked(d)]


@pytest.mark.parametrize("document", walkthroughs(), ids=named)
@pytest.mark.usefixtures("shop")
async def test_answers_match_those_in_document(
    document: Path, platform: Platform, command_line: dict[str, str]
) -> None:
    environment = platform.environment("order-service")
    client = {n: environment[n] for n in ("SERVICE_CLIENT_ID", "SERVICE_CLIENT_SECRET")}
    async with Terminal.opened(platform, command_line | client) as terminal:
        for block in walked(document):

            async def is_answered_as_shown(block: Block = block) -> bool:
                await type_and_compare(terminal, block)
                return True

            # Events take effect after a while, so a read is repeated.
            within = 30 if block.only_asks else 0
            await eventually(is_answered_as_shown, within=within, every=0.5)


async def type_and_compare(terminal: Terminal, block: Block) -> None:
    shown = terminal.meant(block.shown or "")
    refusal = '"type":' in shown and '"about:blank"' in shown
    answer = await terminal.type(block.commands, may_be_refused=refusal)
    if block.shown is None:
        return
    try:
        found = differences(shown, answer)
    except json.JSONDecodeError as error:
        found = [str(error)]
    assert not found, "\n".join([block.commands, answer, *found])
