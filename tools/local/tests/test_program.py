import subprocess
from pathlib import Path

import pytest

from tools.local.program import Program

AWKWARD = ["plain", "it's", 'say "hi"', "100% $HOME `id` \\n", "; # a comment", "a\nb"]


@pytest.mark.parametrize("value", AWKWARD)
def test_launcher_passes_on_any_value(tmp_path: Path, value: str) -> None:
    directory = tmp_path / "a dir;with 'odd' $name"
    directory.mkdir()
    program = Program(
        name="echo",
        group="services",
        command=["printf", "%s|%s", value, "$VALUE"],
        directory=directory,
        environment={"VALUE": value},
        ready=lambda: True,
    )
    launcher = tmp_path / "launcher"
    launcher.write_text(program.launcher().replace("'$VALUE'", '"$VALUE:$PWD"'))

    shell = ["/bin/sh", str(launcher)]
    printed = subprocess.check_output(shell, text=True)  # noqa: S603

    assert printed == f"{value}|{value}:{directory}"
