"""The platform as local processes, for where there is no container engine."""
