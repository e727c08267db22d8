"""The files from which RabbitMQ reads its settings and its accounts."""

import base64
import hashlib
import json
import secrets

from tools.compose.vault import DATABASES, Vault

CONF = """\
load_definitions = /run/secrets/definitions.json
vm_memory_high_watermark.absolute = 400MiB
disk_free_limit.absolute = 200MB
raft.wal_max_size_bytes = 67108864
log.console.use_colors = off
"""


def definitions(vault: Vault) -> str:
    accounts = [
        {
            "name": service,
            "password_hash": _salted(vault[f"{service}-rabbitmq"]),
            "hashing_algorithm": "rabbit_password_hashing_sha256",
            "tags": "",
        }
        for service in DATABASES
    ]
    everything = {"vhost": "/", "configure": ".*", "write": ".*", "read": ".*"}
    permissions = [{"user": service, **everything} for service in DATABASES]
    vhosts = [{"name": "/"}]
    return json.dumps({"vhosts": vhosts, "users": accounts, "permissions": permissions})


def _salted(password: str) -> str:
    salt = secrets.token_bytes(4)
    digest = hashlib.sha256(salt + password.encode()).digest()
    return base64.b64encode(salt + digest).decode()
