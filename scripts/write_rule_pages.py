# ruff: noqa: T201 - printing is its work
"""Write docs/policy/: a page for each rule of the checker, from `process_policy.RULES` and an example.

An example is a folder `docs/policy/examples/<rule>/` with `bad.py`, whose lines that are to be found end with
the rule's ID in a comment, `good.py`, and, where the rule needs one, the configuration `pyproject.toml`.

    python scripts/write_rule_pages.py            write the pages and docs/policy/README.md
    python scripts/write_rule_pages.py --check    write nothing; exit code 1 and one line for each trouble
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from process_policy import RULES, Config, Finding, Rule, check_paths, load_config
from process_policy.catalogue import TOPICS

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "docs" / "policy"
EXAMPLES = PAGES / "examples"
_FAMILIES = {
    "DET": ("Determinism", "What breaks a replay, or endangers it."),
    "PRA": (
        "Practice",
        "What a replay survives, and a process in production does not, or its people do not.",
    ),
    "IMP": ("Imports", "What workflow modules may import, in projects that say so."),
    "POL": ("Exceptions", "Comments that except a finding."),
}


def page(rule: Rule) -> str:
    """The page of one rule.

    Raises:
        FileNotFoundError: It has no example.
    """
    example = EXAMPLES / rule.id
    parts = [
        f"# {rule.id}: {rule.title}",
        rule.why,
        f"Instead: {rule.mend}.",
        "## Found",
        _code("python", example / "bad.py"),
        "## Not found",
        _code("python", example / "good.py"),
    ]
    configuration = example / "pyproject.toml"
    if configuration.exists():
        asked = "It is reported only where a project asks for it" if rule.opt_in else "It needs a list"
        parts += ["## Configuration", f"{asked}:", _code("toml", configuration)]
    known = _known_names(rule.id)
    if known:
        parts += [
            "## Known names",
            "Of the standard library and of other libraries; what a project makes of them is followed.",
            known,
        ]
    if not rule.id.startswith("POL"):
        parts += [
            "## Where it is meant",
            "On the line, or in a comment of its own above it, with the reason; for whole files, in "
            "`pyproject.toml`:",
            f"```python\n# policy: ignore[{rule.id}] why this is safe here\n```",
            f'```toml\n[tool.process-policy.per-file-ignores]\n"reports/*.py" = ["{rule.id}"]\n```',
        ]
    parts.append("[All rules](README.md) · [the checker](../determinism.md)")
    return "\n\n".join(parts) + "\n"


def _known_names(rule: str) -> str:
    """What the catalogue has for a rule, a line for each module or class."""
    tables = (table for topic in TOPICS for table in (topic.references, topic.calls, topic.libraries))
    names = {name for table in tables for name, broken in table.items() if broken == rule}
    members: dict[str, list[str]] = defaultdict(list)
    for name in sorted(names):
        owner, _, member = name.rpartition(".")
        members[owner].append(member)
    whole = [f"- {', '.join(f'`{name}`' for name in members.pop(''))}"] if "" in members else []
    lines = [f"- `{owner}`: {', '.join(f'`{name}`' for name in found)}" for owner, found in members.items()]
    return "\n".join(lines + whole)


def contents() -> str:
    """The list of all rules."""
    parts = [
        "# Rules of the checker",
        "What each rule finds in workflow code. [How the checker works](../determinism.md).",
    ]
    for family, (name, what) in _FAMILIES.items():
        rules = [rule for rule in RULES.values() if rule.id.startswith(family)]
        if not rules:
            continue
        rows = [f"| [{rule.id}]({rule.id}.md) | {rule.title} | {rule.mend} |" for rule in rules]
        parts += [f"## {name}", what, "\n".join(["| rule | found | instead |", "| --- | --- | --- |", *rows])]
    return "\n\n".join(parts) + "\n"


def pages() -> dict[Path, str]:
    """Every file that this script writes, with its text.

    Raises:
        FileNotFoundError: A rule has no example.
    """
    return {PAGES / f"{rule.id}.md": page(rule) for rule in RULES.values()} | {
        PAGES / "README.md": contents()
    }


def troubles() -> list[str]:
    """What is wrong with the examples and with the pages as they are on disk."""
    found = [trouble for rule in RULES.values() for trouble in _example_troubles(rule.id)]
    if found:
        return found
    wanted = pages()
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text() != text]
    left = [path for path in PAGES.glob("*.md") if path not in wanted]
    left += [path for path in EXAMPLES.glob("[A-Z]*/") if path.name not in RULES]
    return [f"{_shown(path)}: out of date; run scripts/write_rule_pages.py" for path in stale] + [
        f"{_shown(path)}: there is no such rule; remove it" for path in left
    ]


def _example_troubles(rule: str) -> list[str]:
    files = [EXAMPLES / rule / name for name in ("bad.py", "good.py")]
    missing = [f"{_shown(file)}: missing; every rule has an example" for file in files if not file.is_file()]
    if missing:
        return missing
    found = [_difference(file, rule, findings(file)) for file in files]
    return [trouble for trouble in found if trouble]


def findings(file: Path) -> list[Finding]:
    """What the checker says of one file of an example."""
    configuration = file.with_name("pyproject.toml")
    return check_paths([file], config=load_config(configuration) if configuration.exists() else Config())


def _difference(file: Path, rule: str, found: Sequence[Finding]) -> str:
    marked = [
        (number, rule)
        for number, line in enumerate(file.read_text().splitlines(), 1)
        if re.search(rf"#.*\b{rule}$", line)
    ]
    reported = sorted({(finding.line, finding.rule) for finding in found})
    if reported == marked and bool(marked) == (file.name == "bad.py"):
        return ""
    return f"{_shown(file)}: marked are {marked}, found are {reported}"


def _code(language: str, file: Path) -> str:
    return f"```{language}\n{file.read_text().strip()}\n```"


def _shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check the pages; 0 if they and their examples are right."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="write nothing")
    if not parser.parse_args(arguments).check:
        try:
            for path, text in pages().items():
                path.write_text(text)
        except FileNotFoundError as error:
            print(f"{error.filename}: missing; every rule has an example", file=sys.stderr)
            return 1
    found = troubles()
    for trouble in found:
        print(trouble, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
