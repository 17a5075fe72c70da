import os
import time

STARTED = time.time()
HOST = os.environ.get("HOST", "here")


def label(name: str) -> str:
    return f"label_{name}"


def stamp(at: float = time.time()) -> float:
    return at + time.monotonic()
