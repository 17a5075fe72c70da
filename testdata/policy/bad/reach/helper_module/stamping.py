import time as _time


def stamp(prefix: str) -> str:
    return f"{prefix}-{_time.time()}"  # want: DET001


def unused() -> float:
    return _time.monotonic()
