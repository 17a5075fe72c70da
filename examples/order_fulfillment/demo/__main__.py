"""Generates the process, runs it, tells the story of three orders, and checks the outcome.

Exit code: 0 if everything is as it should be, 1 if not. `--broker` has events, facts and dead letters go through a real
broker, in place of HTTP and files. `--keep` leaves it running for a look at the Temporal UI;
`--record FOLDER` writes the orders' histories there, for the replay test.
"""

import argparse
import asyncio
import sys
from pathlib import Path

from processctl.errors import ProjectError
from processctl.generate import run as generate
from processctl.repo import Repo
from rich.console import Console

ROOT = Path(__file__).parent.parent


def main() -> int:
    """Run the demo and return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument("--keep", action="store_true", help="stay until Ctrl-C")
    parser.add_argument("--broker", choices=("kafka", "nats"), help="in place of HTTP and files")
    parser.add_argument("--record", type=Path, metavar="FOLDER", help="write the orders' histories")
    arguments = parser.parse_args()
    console = Console(highlight=False)
    try:
        generate(ROOT)
    except ProjectError as error:
        console.print(str(error), style="red", markup=False)
        return 1
    sys.path[:0] = map(str, Repo(ROOT).import_roots)
    from demo.session import run
    from demo.system import StartError

    try:
        return asyncio.run(
            run(console, broker=arguments.broker, keep=arguments.keep, record=arguments.record)
        )
    except StartError as error:
        console.print(str(error), style="red", markup=False)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
