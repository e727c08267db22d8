"""Incident drills: break the running platform, and find the fault with what it shows.

`make drill` breaks it, `make drill-check` scores the answer and mends it. The faults
are made from outside: no service contains any code for them. See docs/DRILLS.md.
"""
