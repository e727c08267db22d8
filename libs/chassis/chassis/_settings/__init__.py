"""Settings from the environment, each checked before anything starts."""
