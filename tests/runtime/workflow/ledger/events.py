"""Builds the ledger's events."""

from tests.runtime.workflow.ledger import ledger_pb2


def booked(key: str, amount: int = 1, version: int = 0) -> ledger_pb2.LedgerEvent:
    return ledger_pb2.LedgerEvent(meta=_meta(key, version), booked=ledger_pb2.Booked(amount=amount))


def charged(key: str, amount: int = 1) -> ledger_pb2.LedgerEvent:
    return ledger_pb2.LedgerEvent(meta=_meta(key), charged=ledger_pb2.Charged(amount=amount))


def closed(key: str = "close") -> ledger_pb2.LedgerEvent:
    return ledger_pb2.LedgerEvent(meta=_meta(key), closed=ledger_pb2.Closed())


def transfer(key: str, amount: int) -> ledger_pb2.LedgerEvent:
    return ledger_pb2.LedgerEvent(meta=_meta(key), transfer=ledger_pb2.Transfer(amount=amount))


def start(course: str = "") -> ledger_pb2.LedgerStart:
    return ledger_pb2.LedgerStart(start_version=1, account_id="a-1", course=course)


def _meta(key: str, version: int = 0) -> ledger_pb2.Meta:
    return ledger_pb2.Meta(idempotency_key=key, account_id="a-1", schema_version=1, aggregate_version=version)
