"""Logs: one line a record, in either format, whatever a stranger puts into a message."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from process_runtime.logs import configure_logging


@pytest.fixture(autouse=True)
def root_logger() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text())
def test_a_record_is_one_line_whatever_it_says(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    for log_format in ("text", "json"):
        configure_logging(level="INFO", log_format=log_format)
        logging.getLogger("test").info("said %s", text, extra={"position": text})
        output = capsys.readouterr().err
        assert output.endswith("\n")
        assert len(output.splitlines()) == 1
        assert output[:-1].isprintable()


def test_json_records_carry_the_extras(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(level="INFO", log_format="json")
    logging.getLogger("test").warning("rejected: %s", "late", extra={"subscription": "orders"})
    record = json.loads(capsys.readouterr().err)
    assert record.pop("time").endswith("Z")
    assert record == {
        "level": "WARNING",
        "logger": "test",
        "message": "rejected: late",
        "subscription": "orders",
    }


def test_text_records_carry_the_extras(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(level="INFO", log_format="text")
    logging.getLogger("test").warning("rejected", extra={"subscription": "orders", "position": "a b"})
    assert capsys.readouterr().err.endswith('WARNING test: rejected subscription=orders position="a b"\n')


def test_less_severe_records_than_asked_for_are_not_logged(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(level="WARNING", log_format="text")
    logging.getLogger("test").info("nothing")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_a_crash_has_its_traceback(log_format: str, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(level="INFO", log_format=log_format)  # type: ignore[arg-type]
    try:
        raise ZeroDivisionError
    except ZeroDivisionError:
        logging.getLogger("test").critical("crashed", exc_info=True)
    output = capsys.readouterr().err
    assert "ZeroDivisionError" in output
    assert "test_logs.py" in output
    if log_format == "json":
        assert "Traceback" in json.loads(output)["exception"]
