"""`processctl dlq list`, `show` and `drop`: what there is, what of it may be seen, and closing it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from google.protobuf import json_format

from process_runtime.dead_letters import DeadLetter
from tests.processctl.dlq.conftest import Letters, Processctl
from tests.runtime.dead_letters.contract import letter
from tests.runtime.ingress.parcels import event

PARCEL = ("--package", "tests.processctl.dlq.parcel")
NOON = datetime(2025, 1, 1, 12, tzinfo=UTC)


def posted(note: str = "by night", **fields: object) -> DeadLetter:
    """Return a letter with an event that can be decoded."""
    body = json_format.MessageToJson(event("posted", "P-7", 1, note=note)).encode()
    return letter("queue:1", body, content_type="application/json", reason="late", detail="closed", **fields)


def four(letters: Letters) -> list[DeadLetter]:
    written = [
        letter("1", time=NOON),
        letter("2", time=NOON + timedelta(hours=1), reason="late"),
        letter("3", time=NOON + timedelta(hours=2), process="receipt"),
        letter("4", time=NOON + timedelta(hours=3), process="", subscription="other"),
    ]
    letters.write(*written)
    return written


def test_the_list_says_what_and_why_and_nothing_of_the_message(
    processctl: Processctl, letters: Letters
) -> None:
    letters.write(letter("orders/3@7\x1b[2J", b"secret", time=NOON))
    said = processctl("list")
    assert said.code == 0
    assert letter("orders/3@7\x1b[2J", b"secret").id in said.out
    for shown in ("2025-01-01T12:00:00Z", "parcel", "orders", r"orders/3@7\x1b[2J", "undecodable"):
        assert shown in said.out
    assert "secret" not in said.out
    assert "\x1b" not in said.out
    (row,) = processctl("list", "--json").json["letters"]
    assert row == {
        "id": letter("orders/3@7\x1b[2J", b"secret").id,
        "time": "2025-01-01T12:00:00Z",
        "process": "parcel",
        "subscription": "orders",
        "adapter": "test",
        "position": "orders/3@7\x1b[2J",
        "reason": "undecodable",
        "detail": "the data are not JSON",
        "bytes": 6,
    }


@pytest.mark.parametrize(
    ("options", "positions"),
    [
        ([], ["1", "2", "3", "4"]),
        (["--reason", "late"], ["2"]),
        (["--process", "receipt"], ["3"]),
        (["--subscription", "orders", "--limit", "2"], ["1", "2"]),
        (["--since", "2025-01-01T14:00:00Z"], ["3", "4"]),
        (["--since", "2025-01-01T14:00:00+01:00"], ["2", "3", "4"]),
        (["--since", "7d"], []),
    ],
)
def test_the_list_is_filtered(
    processctl: Processctl, letters: Letters, options: list[str], positions: list[str]
) -> None:
    four(letters)
    found = processctl("list", "--json", *options).json["letters"]
    assert [row["position"] for row in found] == positions


def test_an_empty_stream_is_said(processctl: Processctl, letters: Letters) -> None:
    assert processctl("list").out == "no dead letters\n"
    assert processctl("list", "--json").json == {"letters": []}


def test_a_letter_is_shown_decoded_without_its_sensitive_fields(
    processctl: Processctl, letters: Letters
) -> None:
    shown = posted(headers={"ce-subject": "parcels/P-7", "x-by": "courier"}, key=b"acme/P-7")
    letters.write(shown)
    said = processctl("show", shown.id, *PARCEL)
    assert said.code == 0
    for hidden in ("P-7", "by night"):
        # The idempotency key is made of the parcel's number; nobody marked it.
        assert hidden not in said.out.replace('"idempotency_key": "P-7-1"', "")
    for told in (
        "late: closed",
        "queue:1 (test)",
        "parcels.Posted.v1",
        "x-by: courier",
        "ce-subject: (hidden)",
    ):
        assert told in said.out
    found = processctl("show", shown.id, "--json", *PARCEL).json
    assert found["payload"]["posted"] == {"note": "(hidden)"}
    assert found["payload"]["meta"]["key"] == {"tenant_id": "acme", "parcel_id": "(hidden)"}
    assert found["headers"] == {"ce-subject": "(hidden)", "x-by": "courier"}
    assert found["key"] == "(hidden)"
    assert "data" not in found


def test_a_letter_is_shown_whole_when_it_is_asked_for(processctl: Processctl, letters: Letters) -> None:
    shown = posted(headers={"ce-subject": "parcels/P-7"}, key=b"acme/P-7")
    letters.write(shown)
    found = processctl("show", shown.id, "--json", "--reveal", *PARCEL).json
    assert found["payload"]["posted"] == {"note": "by night"}
    assert found["headers"] == {"ce-subject": "parcels/P-7"}
    assert (found["key"], found["workflow_id"]) == ("acme/P-7", "proc/parcel/acme/P-7")
    assert "by night" in processctl("show", shown.id, "--reveal", *PARCEL).out


def test_what_cannot_be_decoded_is_shown_only_when_it_is_asked_for(
    processctl: Processctl, letters: Letters
) -> None:
    torn = letter("1", b'{"posted": {"note": "by night\x1b[2J', content_type="application/json", key=b"P-7")
    letters.write(torn)
    said = processctl("show", torn.id, *PARCEL)
    assert said.code == 0
    assert "it cannot be decoded" in said.out
    assert "ce-id: (hidden)" in said.out
    for hidden in ("by night", "P-7"):
        assert hidden not in said.out
    revealed = processctl("show", torn.id, "--reveal", *PARCEL)
    assert r'{"posted": {"note": "by night\x1b[2J' in revealed.out
    assert "ce-id: 1" in revealed.out


def test_what_breaks_the_decoder_is_shown_all_the_same(processctl: Processctl, letters: Letters) -> None:
    deep = letter("1", b"[" * 200_000, content_type="application/json")
    letters.write(deep)
    said = processctl("show", deep.id, *PARCEL)
    assert said.code == 0
    assert "it cannot be decoded" in said.out


def test_code_that_does_not_say_what_is_sensitive_shows_no_event(
    processctl: Processctl, letters: Letters
) -> None:
    letters.write(posted())
    package = ("--package", "tests.processctl.dlq.unsaid")
    said = processctl("show", posted().id, *package)
    assert "generate again" in said.out
    assert "by night" not in said.out
    assert "by night" in processctl("show", posted().id, "--reveal", *package).out


def test_without_a_repo_a_letter_is_shown_without_its_event(processctl: Processctl, letters: Letters) -> None:
    letters.write(posted())
    said = processctl("show", posted().id)
    assert said.code == 0
    assert "it is not decoded" in said.out
    assert "--package" in said.out
    assert "by night" not in said.out


def test_letters_are_dropped_by_id(processctl: Processctl, letters: Letters) -> None:
    first, second, third, fourth = four(letters)
    said = processctl("drop", first.id, third.id, first.id, "--yes")
    assert (said.code, said.out.splitlines()) == (0, [f"{first.id} dropped", f"{third.id} dropped"])
    assert letters.open() == [second.id, fourth.id]


def test_letters_are_dropped_by_filters(processctl: Processctl, letters: Letters) -> None:
    first, second, third, fourth = four(letters)
    said = processctl("drop", "--all", "--subscription", "orders", "--limit", "2", "--yes", "--json")
    assert said.json == {"dropped": [first.id, second.id]}
    assert letters.open() == [third.id, fourth.id]
    assert processctl("drop", "--all", "--yes").code == 0
    assert letters.open() == []


def test_somebody_at_a_terminal_is_asked(processctl: Processctl, letters: Letters) -> None:
    letters.write(letter())
    no = processctl("drop", "--all", typed="n\n")
    assert no.code == 1
    assert "Close 1 dead letter for good, without sending? [y/N]" in no.error
    assert letters.open() == [letter().id]
    assert processctl("drop", letter().id, typed="y\n").code == 0
    assert letters.open() == []


def test_nobody_is_taken_to_agree(processctl: Processctl, letters: Letters) -> None:
    four(letters)
    said = processctl("drop", "--all")
    assert said.code == 1
    assert said.error == "4 dead letters, nothing done: nobody can be asked here; add --yes to go on\n"
    assert len(letters.open()) == 4


@pytest.mark.parametrize("command", [["show"], ["drop", "--yes"]])
def test_an_id_of_no_open_letter_is_an_error(
    processctl: Processctl, letters: Letters, command: list[str]
) -> None:
    four(letters)
    said = processctl(*command, letter("unknown").id)
    assert said.code == 1
    assert f"{letter('unknown').id}: no such dead letter is open" in said.error


@pytest.mark.parametrize(
    ("command", "problem"),
    [
        (["drop"], "say which letters"),
        (["drop", "--reason", "late"], "say which letters"),
        (["drop", "abc", "--all"], "not both"),
        (["resend", "abc", "--process", "parcel"], "not both"),
        (["list", "--reason", "tired"], "there is no 'tired'"),
        (["list", "--since", "yesterday"], "write a time like"),
        (["list", "--limit", "0"], "--limit"),
        (["show"], "ID"),
    ],
)
def test_a_command_line_that_makes_no_sense_is_code_2(
    processctl: Processctl, letters: Letters, command: list[str], problem: str
) -> None:
    said = processctl(*command)
    assert said.code == 2
    assert problem in " ".join(said.error.replace("│", " ").split())


def test_settings_that_cannot_work_are_said(
    processctl: Processctl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    none = processctl("list")
    assert none.code == 1
    assert none.error.startswith("DEAD_LETTER_FILE, DEAD_LETTER_BINDING_FILE: neither is set")
    monkeypatch.setenv("DEAD_LETTER_FILE", str(tmp_path / "no" / "such" / "folder"))
    assert "DEAD_LETTER_FILE: it cannot be read" in processctl("list").error
    monkeypatch.setenv("DEAD_LETTER_BINDING_FILE", str(tmp_path / "binding.json"))
    assert "only one of them" in processctl("list").error


def test_options_win_over_settings(processctl: Processctl, letters: Letters, tmp_path: Path) -> None:
    four(letters)
    other = Letters(tmp_path / "other.jsonl")
    other.write(letter("other"))
    binding = tmp_path / "binding.json"
    binding.write_text(json.dumps({"kind": "file", "path": str(other.path)}))
    for option in (["--file", str(other.path)], ["--binding", str(binding)]):
        found = processctl("list", "--json", *option).json["letters"]
        assert [row["position"] for row in found] == ["other"]


def test_the_letters_of_dev_are_found_in_the_repo(processctl: Processctl, tmp_path: Path) -> None:
    (tmp_path / "buf.gen.yaml").write_text("version: v2\n")
    (tmp_path / "src").mkdir()
    Letters(tmp_path / "dead-letters.jsonl").write(letter())
    found = processctl("list", "--json", "-C", str(tmp_path / "src")).json["letters"]
    assert [row["id"] for row in found] == [letter().id]
