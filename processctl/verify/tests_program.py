"""Pytest in a program that ends at once: torn down, it may be aborted by the threads of Temporal's SDK."""

from __future__ import annotations

import sys

import pytest

from process_runtime.ending import exit_process

if __name__ == "__main__":
    exit_process(int(pytest.main(sys.argv[1:])))
