"""FastAPI answers the bytes of the file that YARDSTICK_FILE names."""

import os
from pathlib import Path

from fastapi import FastAPI, Response

CONTENT = Path(os.environ["YARDSTICK_FILE"]).read_bytes()

app = FastAPI()


@app.get("/")
async def read() -> Response:
    return Response(CONTENT, media_type="application/json")
