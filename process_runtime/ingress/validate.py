"""Second stage: whether an envelope carries what every event has to carry."""

from __future__ import annotations

from process_runtime.contract import EventMeta
from process_runtime.ingress.attributes import contradiction
from process_runtime.ingress.decode import Decoded
from process_runtime.ingress.events import Reason, Rejection

__all__ = ["validate"]


def validate(decoded: Decoded) -> EventMeta:
    """Return the metadata of a valid event.

    Raises:
        Rejection: Key, idempotency key, schema version or payload are missing (all that are missing are
            named), the payload is of an unknown type, or CloudEvents attributes contradict the data.
    """
    router, process = decoded.router, decoded.router.contract.name
    try:
        meta = router.meta_of(decoded.envelope)
        missing = router.missing(decoded.envelope)
    except Exception as error:  # noqa: BLE001  (conversions of hostile values, e.g. a timestamp in year 0)
        detail = f"the metadata hold a value that cannot be converted ({type(error).__name__})"
        raise Rejection(Reason.INVALID, detail, process=process) from None
    if router.route_of(decoded.envelope) is None or meta is None:
        if decoded.has_unknown_fields:
            detail = "the payload is of a type that this contract does not know"
            raise Rejection(Reason.UNKNOWN_TYPE, detail, process=process)
        if router.payload_oneof not in missing:
            missing = [*missing, router.payload_oneof]
    if missing or meta is None:
        detail = f"required fields are empty: {', '.join(missing)}"
        raise Rejection(Reason.INVALID, detail, process=process)
    if decoded.attributes and (detail := contradiction(router, decoded.envelope, meta, decoded.attributes)):
        raise Rejection(Reason.INVALID, detail, process=process)
    return meta
