import uuid


def fresh_key() -> str:
    return uuid.uuid4().hex  # want: DET004
