"""What `processctl` imports of a generated package: the router, written by hand."""

from __future__ import annotations

from tests.runtime.ingress import parcels


class ParcelRouter(parcels.ParcelRouter):
    sensitive_fields = ("meta.key.parcel_id", "posted.note")
