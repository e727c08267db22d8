"""Nothing is lost, whatever dies or hangs: `make faults`.

Clients use a whole platform through its public doors while its parts are killed or
hang. Then it comes to rest, and an audit compares what is stored with what the clients
were told.
"""
