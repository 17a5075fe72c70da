"""Obtains the servers that are named, or all, and prints their paths."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Final

from process_runtime.testing.servers import (
    ServerError,
    kafka_executable,
    nats_server_executable,
    temporal_cli,
    time_skipping_server,
)

_SERVERS: Final = {
    "dev": temporal_cli,
    "time-skipping": time_skipping_server,
    "nats": nats_server_executable,
    "kafka": kafka_executable,
}


def main(names: Sequence[str]) -> int:
    """Obtain the servers, or say for each why it cannot be had; 1 if one is missing, 2 if one is unknown."""
    unknown = [name for name in names if name not in _SERVERS]
    if unknown:
        print(f"error: no server {unknown[0]}; there are {', '.join(_SERVERS)}", file=sys.stderr)  # noqa: T201
        return 2
    status = 0
    for name in names or _SERVERS:
        try:
            print(_SERVERS[name]())  # noqa: T201 - the program's output
        except ServerError as error:
            print(f"error: {error}", file=sys.stderr)  # noqa: T201
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
