"""Static rules over Python source of Temporal workflows.

`check_paths` reads source files, follows what workflow code reaches in them, and reports what a replay
would not repeat. Nothing is imported or run. It works on any Temporal code, generated or not.

What it follows: functions, methods, properties, classes and constants of the files it is given, through
import aliases, relative imports, base classes, `self` attributes and annotations. A module outside those
files is known only by the names in `process_policy.catalogue`; values that only a run would tell are no
finding.
"""

from process_policy.check import check_paths
from process_policy.config import Config, find_config, load_config
from process_policy.findings import Finding, PolicyError
from process_policy.imports import PURE_STDLIB
from process_policy.rules import RULES, Rule

__all__ = [
    "PURE_STDLIB",
    "RULES",
    "Config",
    "Finding",
    "PolicyError",
    "Rule",
    "check_paths",
    "find_config",
    "load_config",
]
