"""The console script `processctl`, also as `python -m processctl`."""

from __future__ import annotations

import sys

from processctl.errors import EXIT_PROBLEM


def main() -> None:
    """Run the command line, or say that the extra `dev`, which brings its libraries, is missing."""
    try:
        from processctl import main as command_line  # noqa: PLC0415 - a failure of this import is answered here
    except ModuleNotFoundError as error:
        sys.stderr.write(
            f"processctl: the module {error.name} is not installed: `pip install 'protoc-gen-process[dev]'`\n"
        )
        sys.exit(EXIT_PROBLEM)
    command_line.main()


if __name__ == "__main__":
    main()
