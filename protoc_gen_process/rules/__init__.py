"""The rules of the contract language: one function each, with an ID, a message and a location."""

from protoc_gen_process.rules import activities, envelope, events, files, process, start, state, workflow_id
from protoc_gen_process.rules._rule import CATALOGUE, Report, Rule

__all__ = [
    "CATALOGUE",
    "Report",
    "Rule",
    "activities",
    "envelope",
    "events",
    "files",
    "process",
    "start",
    "state",
    "workflow_id",
]
