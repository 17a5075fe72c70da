import random


def make_number() -> str:
    return f"INV-{random.getrandbits(48)}"  # want: DET003
