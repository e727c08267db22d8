"""The resources of a running app, and the only place that reads `app.state`."""

from dataclasses import dataclass
from typing import TypeVar

from fastapi import FastAPI

from chassis._database.database import Database
from chassis._principal import TokenValidator


@dataclass(frozen=True)
class Resources:
    """The resources that every app has; a service derives its own class from it."""

    token_validator: TokenValidator


@dataclass(frozen=True)
class DatabaseResources(Resources):
    """The resources of an app with a database."""

    database: Database


ResourcesT = TypeVar("ResourcesT", bound=Resources)


def resources_of(app: FastAPI, kind: type[ResourcesT]) -> ResourcesT:
    resources = app.state.resources
    assert isinstance(resources, kind)
    return resources


def set_resources(app: FastAPI, resources: Resources) -> None:
    app.state.resources = resources
