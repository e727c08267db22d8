"""Deactivates an account and ends its sessions."""

from app.services.lock_account import LockAccount


class DeactivateUser:
    def __init__(self, lock_account: LockAccount) -> None:
        self._lock_account = lock_account

    async def deactivate(self, user_id: int) -> None:
        async with self._lock_account.lock(user_id) as user:
            user.deactivate()
