"""The pages agree with each other and with what they quote."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("examples/*/*.md")])
EXAMPLES = ROOT / "examples"
LINK = re.compile(r"\]\((?!https?://)([^)\s#]*)(?:#([^)\s]+))?\)")


def anchors(page: Path) -> set[str]:
    """The anchors that the headings of a page get."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page: Path) -> None:
    for path, anchor in LINK.findall(page.read_text(encoding="utf-8")):
        target = page.parent / path if path else page
        assert target.exists(), path
        assert not anchor or anchor in anchors(target), f"{path}#{anchor}"


def test_the_readme_names_every_page() -> None:
    linked = {path for path, _ in LINK.findall((ROOT / "README.md").read_text(encoding="utf-8"))}
    assert {page.relative_to(ROOT).as_posix() for page in ROOT.glob("docs/*.md")} <= linked


@pytest.mark.parametrize("page", ["README.md", "docs/writing-a-process.md"])
def test_what_a_page_quotes_stands_in_an_example(page: str) -> None:
    files = [path for suffix in ("py", "proto") for path in sorted(EXAMPLES.glob(f"*/pro*/**/*.{suffix}"))]
    sources = _dense("\n".join(path.read_text(encoding="utf-8") for path in files))
    text = (ROOT / page).read_text(encoding="utf-8")
    blocks: list[str] = re.findall(r"^```(?:python|proto)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert blocks
    assert [quote for block in blocks for quote in block.split("…\n") if _dense(quote) not in sources] == []


def _dense(code: str) -> str:
    """Without white space: a quote has its own indentation, which may break its lines elsewhere."""
    return re.sub(r"\s", "", code)
