"""Transactions, migrations, retention and erasure in PostgreSQL."""
