from observability.dashboards.own import CACHE_HITS
from observability.dashboards.panels import Dashboard, Row, graph
from observability.dashboards.promql import rate

# The databases that PostgreSQL itself has are nobody's.
OWN = 'datname=~".*_service_db"'


STORES = Dashboard(
    uid="stores",
    title="Stores",
    description="PostgreSQL, Redis and RabbitMQ: as services see them, as they are.",
    rows=(
        Row(
            "As services see them",
            (
                graph(
                    "Database connections",
                    "percentunit",
                    "Of a service's pool, those in use.",
                    {
                        "{{service}}": "max by (service)"
                        " (database_pool_connections_in_use"
                        " / database_pool_connections_max)"
                    },
                ),
                graph(
                    "Waiting for a connection",
                    "none",
                    "Requests and workers that wait for the pool.",
                    {"{{service}}": "max by (service) (database_pool_waiting)"},
                ),
                CACHE_HITS,
                graph(
                    "Redis away",
                    "ops",
                    "Times that it did not answer; the database did. None is as it"
                    " should be.",
                    {
                        "{{cache}}": rate(
                            'cache_requests_total{outcome="away"}', "cache"
                        )
                    },
                ),
            ),
        ),
        Row(
            "PostgreSQL",
            (
                graph(
                    "Connections",
                    "none",
                    "Open connections. No database takes more than 60.",
                    {
                        "{{datname}}": "sum by (datname)"
                        f" (pg_stat_database_numbackends{{{OWN}}})"
                    },
                ),
                graph(
                    "Transactions",
                    "ops",
                    "Transactions committed.",
                    {
                        "{{datname}}": rate(
                            f"pg_stat_database_xact_commit{{{OWN}}}", "datname"
                        )
                    },
                ),
                graph(
                    "Rollbacks and deadlocks",
                    "ops",
                    "Transactions that were taken back, and those that had blocked"
                    " each other.",
                    {
                        "{{datname}}, rolled back": rate(
                            f"pg_stat_database_xact_rollback{{{OWN}}}", "datname"
                        ),
                        "{{datname}}, deadlocks": rate(
                            f"pg_stat_database_deadlocks{{{OWN}}}", "datname"
                        ),
                    },
                ),
                graph(
                    "Size",
                    "bytes",
                    "On disk.",
                    {
                        "{{datname}}": "max by (datname)"
                        f" (pg_database_size_bytes{{{OWN}}})"
                    },
                ),
            ),
        ),
        Row(
            "Redis",
            (
                graph(
                    "Memory",
                    "bytes",
                    "What it holds, and may. When full, it forgets the least used.",
                    {
                        "used": "redis_memory_used_bytes",
                        "allowed": "redis_memory_max_bytes",
                    },
                ),
                graph(
                    "Forgotten",
                    "ops",
                    "Keys whose time was over, and those that had to make room.",
                    {
                        "expired": rate("redis_expired_keys_total"),
                        "evicted": rate("redis_evicted_keys_total"),
                    },
                ),
                graph(
                    "Commands",
                    "ops",
                    "Commands that were carried out.",
                    {"commands": rate("redis_commands_processed_total")},
                ),
            ),
        ),
        Row(
            "RabbitMQ",
            (
                graph(
                    "Messages",
                    "none",
                    "In all queues: ready to be taken, and taken but not acknowledged.",
                    {
                        "ready": "sum(rabbitmq_queue_messages_ready)",
                        "taken": "sum(rabbitmq_queue_messages_unacked)",
                    },
                ),
                graph(
                    "Throughput",
                    "ops",
                    "Messages published, and acknowledged by who took them.",
                    {
                        "published": rate("rabbitmq_global_messages_received_total"),
                        "acknowledged": rate(
                            "rabbitmq_global_messages_acknowledged_total"
                        ),
                    },
                ),
                graph(
                    "Memory",
                    "bytes",
                    "At the limit it stops taking messages, and outboxes fill.",
                    {
                        "used": "sum(rabbitmq_process_resident_memory_bytes)",
                        "limit": "sum(rabbitmq_resident_memory_limit_bytes)",
                    },
                ),
                graph(
                    "Disk",
                    "bytes",
                    "Free; at the limit it stops taking messages too.",
                    {
                        "free": "sum(rabbitmq_disk_space_available_bytes)",
                        "limit": "sum(rabbitmq_disk_space_available_limit_bytes)",
                    },
                ),
            ),
        ),
    ),
)
