"""The error of a service with a wrong setting."""

import pytest

from chassis import BrokerSettings, load_settings


def refusal(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> str:
    """Returns the sentence with which the service ends."""
    monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as ended:
        load_settings(BrokerSettings)
    [line] = str(ended.value).splitlines()
    assert line.startswith(f"error: {name}: ")
    assert ", such as " in line
    assert "hunter2" not in line
    return line
