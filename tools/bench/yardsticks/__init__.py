"""The least that each piece of work costs: FastAPI and psycopg, nothing else.

Each module is an application on its own, served by uvicorn with uvloop and httptools.
"""
