from observability.dashboards.own import CACHE_HITS
from observability.dashboards.panels import Dashboard, Row, graph
from observability.dashboards.promql import rate

# Without PostgreSQL's own databases.
OWN = 'datname=~".*_service_db"'


STORES = Dashboard(
    uid="stores",
    title="Stores",
    description="How are PostgreSQL, Redis and RabbitMQ, and how do services see them?",
    rows=(
        Row(
            "As services see them",
            (
                graph(
                    "Answering",
                    "none",
                    "0 while a store does not answer the checks of /health.",
                    {
                        "{{service}} to {{dependency}}": "min by (service, dependency)"
                        ' (dependency_up{dependency=~"database|broker|redis"})'
                    },
                ),
                graph(
                    "Database connections",
                    "percentunit",
                    "The share of the pool that is in use.",
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
                    "Redis unavailable",
                    "ops",
                    "Reads without a response of Redis; the database answers them."
                    " Normally there are none.",
                    {
                        "{{cache}}": rate(
                            'cache_requests_total{outcome="unavailable"}', "cache"
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
                    "Open connections. Each database accepts 60.",
                    {
                        "{{datname}}": "sum by (datname)"
                        f" (pg_stat_database_numbackends{{{OWN}}})"
                    },
                ),
                graph(
                    "Transactions",
                    "ops",
                    "Committed transactions.",
                    {
                        "{{datname}}": rate(
                            f"pg_stat_database_xact_commit{{{OWN}}}", "datname"
                        )
                    },
                ),
                graph(
                    "Rollbacks and deadlocks",
                    "ops",
                    "Transactions that were rolled back, and deadlocks.",
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
                    "Size on disk.",
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
                    "Used and allowed memory. When full, Redis evicts keys.",
                    {
                        "used": "redis_memory_used_bytes",
                        "allowed": "redis_memory_max_bytes",
                    },
                ),
                graph(
                    "Expired and evicted",
                    "ops",
                    "Keys that expired, and keys that were evicted to make room.",
                    {
                        "expired": rate("redis_expired_keys_total"),
                        "evicted": rate("redis_evicted_keys_total"),
                    },
                ),
                graph(
                    "Commands",
                    "ops",
                    "Processed commands.",
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
                    "Messages in all queues, ready or delivered.",
                    {
                        "ready": "sum(rabbitmq_queue_messages_ready)",
                        "unacknowledged": "sum(rabbitmq_queue_messages_unacked)",
                    },
                ),
                graph(
                    "Throughput",
                    "ops",
                    "Published and acknowledged messages.",
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
                    "At the limit RabbitMQ accepts no messages, and outboxes fill.",
                    {
                        "used": "sum(rabbitmq_process_resident_memory_bytes)",
                        "limit": "sum(rabbitmq_resident_memory_limit_bytes)",
                    },
                ),
                graph(
                    "Disk",
                    "bytes",
                    "Free space; at the limit RabbitMQ accepts no messages.",
                    {
                        "free": "sum(rabbitmq_disk_space_available_bytes)",
                        "limit": "sum(rabbitmq_disk_space_available_limit_bytes)",
                    },
                ),
            ),
        ),
    ),
)
