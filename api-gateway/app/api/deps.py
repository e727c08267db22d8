"""The dependencies of the routes."""

from typing import Annotated

from fastapi import Depends, Request

from app.resources import Resources
from app.sessions.cookie import RefreshCookie
from app.sessions.user_service import UserService
from chassis import resources_of


async def _resources(request: Request) -> Resources:
    return resources_of(request.app, Resources)


ResourcesDep = Annotated[Resources, Depends(_resources)]


async def _user_service(resources: ResourcesDep) -> UserService:
    return UserService(resources.proxy)


async def _refresh_cookie(resources: ResourcesDep) -> RefreshCookie:
    return resources.refresh_cookie


UserServiceDep = Annotated[UserService, Depends(_user_service)]
RefreshCookieDep = Annotated[RefreshCookie, Depends(_refresh_cookie)]
