"""Temporal, worker and ingress of a repo in one terminal."""
