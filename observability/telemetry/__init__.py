"""The telemetry contract: what the services emit, and what queries may ask for."""
