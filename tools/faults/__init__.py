"""Checks that a platform loses nothing when its processes die or hang: `make faults`.

Clients use the APIs of a platform while its processes are killed or stopped. Afterwards
an audit compares the stored data with the responses that the clients got.
"""
