"""The one place the distribution version is written."""

__version__ = "0.1.0"
