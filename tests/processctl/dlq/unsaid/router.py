"""A package generated before routers said what is sensitive."""

from __future__ import annotations

from tests.runtime.ingress import parcels


class ParcelRouter(parcels.ParcelRouter):
    sensitive_fields = None
