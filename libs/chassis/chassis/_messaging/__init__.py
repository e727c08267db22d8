"""Events: outbox and relay, consumers and inbox, dead letters."""
