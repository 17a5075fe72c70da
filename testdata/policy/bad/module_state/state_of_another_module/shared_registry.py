_KNOWN: dict[str, int] = {}


def register(name: str) -> None:
    _KNOWN[name] = len(_KNOWN)  # want: DET016


def size() -> int:
    return len(_KNOWN)  # want: DET016?
