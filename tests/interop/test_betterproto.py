"""Senders need not use google.protobuf: what betterproto's classes write, a generated ingress reads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.golden import cases
from tests.golden.workspace import Workspace

CASE = "order_fulfillment"
PROTO = "example/processes/order/v1/order_fulfillment_process.proto"
HERE = Path(__file__).parent


@pytest.fixture
def senders(tmp_path: Path) -> Path:
    """A folder with the package `senders`: betterproto's classes of the contract, options and all."""
    folder = tmp_path / "betterproto"
    (folder / "senders").mkdir(parents=True)
    bin_folder = Path(sys.executable).parent
    done = subprocess.run(
        [
            sys.executable,
            *("-m", "grpc_tools.protoc"),
            *(f"-I{cases.CASES / CASE / 'proto'}", f"-I{cases.ROOT / 'proto'}"),
            f"--plugin={bin_folder / 'protoc-gen-python_betterproto2'}",
            f"--python_betterproto2_out={folder / 'senders'}",
            PROTO,
        ],
        env=os.environ | {"PATH": os.pathsep.join([str(bin_folder), os.environ.get("PATH", "")])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


def run(script: str, python_path: str, stdin: str = "") -> str:
    done = subprocess.run(
        [sys.executable, str(HERE / script)],
        input=stdin,
        env=os.environ | {"PYTHONPATH": python_path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.requirement("R089")
def test_an_event_of_betterproto_is_read_in_both_encodings(tmp_path: Path, senders: Path) -> None:
    workspace = Workspace(tmp_path / "receiver", [CASE])
    sent = run("betterproto_sender.py", str(senders))
    routed = json.loads(run("envelope_receiver.py", workspace.python_path()["PYTHONPATH"], sent))
    assert sorted(routed) == ["application/json", "application/protobuf"]
    for received in routed.values():
        assert received == {
            "workflow_id": "proc/order-fulfillment/acme/A-1",
            "event_type": "payments.PaymentAuthorized.v1",
            "envelope": {
                "meta": {
                    "idempotencyKey": "payment-7",
                    "observedAt": "2026-01-02T03:04:05Z",
                    "source": "betterproto",
                    "key": {"tenantId": "acme", "orderId": "A-1"},
                    "schemaVersion": 1,
                },
                "paymentAuthorized": {"orderId": "A-1", "paymentId": "P-1"},
            },
        }
