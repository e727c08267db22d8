"""Changes the profile, the role and the activation of an account."""

import structlog

from app.models.user import User
from app.schemas.user import UserUpdate
from app.services.lock_account import LockAccount
from app.services.update_profile import UpdateProfile

log = structlog.get_logger(__name__)


class UpdateUser:
    def __init__(
        self, lock_account: LockAccount, update_profile: UpdateProfile
    ) -> None:
        self._lock_account = lock_account
        self._update_profile = update_profile

    async def update(self, user_id: int, change: UserUpdate) -> User:
        async with self._lock_account.lock(user_id) as user:
            await self._update_profile.update(user_id, change)
            given = change.model_fields_set
            if "role" in given and change.role != user.role:
                user.change_role(change.role)
                log.info("user_role_changed", user_id=user_id, role=user.role)
            if "is_active" in given:
                user.activate() if change.is_active else user.deactivate()
        return user
