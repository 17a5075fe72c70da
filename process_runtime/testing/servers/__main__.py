"""Obtains the servers and prints their paths."""

from __future__ import annotations

import sys

from process_runtime.testing.servers import ServerError, temporal_cli, time_skipping_server


def main() -> int:
    """Obtain both, or say for each why it cannot be had; 1 if one is missing."""
    status = 0
    for obtain in (temporal_cli, time_skipping_server):
        try:
            print(obtain())  # noqa: T201 - the program's output
        except ServerError as error:
            print(f"error: {error}", file=sys.stderr)  # noqa: T201
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
