"""Tools."""

from .numbers import make_number as invoice_number

__all__ = ["invoice_number"]
