"""Errors of the tools; each message tells the user what to do."""


class PlatformError(Exception):
    """Anything that a person at the command line can act on."""


class ProgramMissing(PlatformError):
    pass


class ServiceMissing(PlatformError):
    pass


class PortTaken(PlatformError):
    pass


class SecretsMissing(PlatformError):
    pass


class PasswordRefused(PlatformError):
    pass


class OwnedByAnotherUser(PlatformError):
    pass


class MovedWhileRunning(PlatformError):
    pass


class NotRunning(PlatformError):
    pass


class NoBackup(PlatformError):
    pass


class NotReady(PlatformError):
    pass


class SupervisorFailed(PlatformError):
    pass
