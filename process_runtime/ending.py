"""How a program that has used Temporal's SDK ends."""

from __future__ import annotations

import logging
import os
import sys
from typing import NoReturn

__all__ = ["exit_process"]


def exit_process(code: int) -> NoReturn:
    """End this operating-system process with `code`, without tearing the interpreter down.

    Threads of Temporal's SDK now and then abort an interpreter that is torn down under them: a clean stop
    would look like a crash. https://github.com/temporalio/sdk-python/issues/300
    """
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
