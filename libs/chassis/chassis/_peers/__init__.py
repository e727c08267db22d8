"""Requests to other services: deadlines, retries and a circuit breaker."""
