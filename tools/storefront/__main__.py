"""`python -m tools.storefront COMMAND`, as the Makefile and the Dockerfile call it."""

import argparse
import sys
from collections.abc import Sequence

from tools.storefront.building import build
from tools.storefront.errors import StorefrontError
from tools.storefront.layout import Layout
from tools.storefront.node import Node


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.storefront")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, does in (
        ("build", "build it if its sources have changed"),
        ("install", "install Node and the packages"),
        ("dev", "run Vite's server"),
    ):
        commands.add_parser(name, help=does)
    npm = commands.add_parser("npm", help="run npm with these arguments")
    npm.add_argument("arguments", nargs=argparse.REMAINDER)
    wanted = parser.parse_args()
    try:
        return perform(wanted.command, getattr(wanted, "arguments", ()))
    except StorefrontError as error:
        print(f"error: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        return 0 if wanted.command == "dev" else 130
    return 1


def perform(command: str, arguments: Sequence[str]) -> int:
    layout = Layout()
    node = Node(layout)
    match command:
        case "build":
            build(layout, lambda line: print(f"  {line}", flush=True))
            return 0
        case "install":
            node.install()
            return 0
        case "dev":
            node.install()
            return node.run(node.npm("run", "--silent", "dev"))
        case _:
            node.install()
            return node.run(node.npm(*arguments))


if __name__ == "__main__":
    sys.exit(main())
