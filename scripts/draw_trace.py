# ruff: noqa: T201 - telling what it did is part of its work
"""Draw docs/images/trace.svg from a real trace of the example.

Starts Temporal, worker and ingress of `examples/order_fulfillment` with tracing switched on, sends one
message over HTTP, an order whose time to pay is over at once, and draws the spans that a stand-in for an
OpenTelemetry collector was sent. Times are of that run, so the picture differs a little from run to run.

    python scripts/draw_trace.py [FILE]
"""

from __future__ import annotations

import asyncio
import os
import sys
import uuid
from collections.abc import Iterator
from html import escape
from importlib import import_module
from pathlib import Path

import httpx
from google.protobuf import json_format

from process_runtime.testing.collector import CollectedSpan, Collector, SpanTree

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "examples" / "order_fulfillment"
PICTURE = ROOT / "docs" / "images" / "trace.svg"
LAST = "CompleteWorkflow:"

_WIDTH, _LABELS, _ROW, _TOP, _INDENT = 1180, 520, 26, 64, 16
_LEAST_BAR = 3.0
_COLOURS = ("#4c78a8", "#e4812f", "#54a24b", "#b279a2")
_STYLE = (
    "text{font:13px ui-sans-serif,system-ui,sans-serif;fill:#24292f}"
    ".kind{font-size:10px;fill:#6e7781}.time{font-size:11px;fill:#57606a}.title{font-size:15px;font-weight:600}"
)


async def one_trace() -> SpanTree:
    """Run the example for one message, and return its trace."""
    # Of the example, whose folders are on the path by now.
    story, system = import_module("demo.story"), import_module("demo.system")
    trace_id = uuid.uuid4().hex
    with Collector() as collector:
        os.environ.update(collector.environment)
        async with system.running() as orders, httpx.AsyncClient(timeout=60) as http:
            placed = story.placed("A-1001")
            placed.order_placed.payment_window.SetInParent()
            answer = await http.post(
                f"{orders.ingress_url}/events",
                content=json_format.MessageToJson(placed),
                headers={"content-type": "application/json", "traceparent": f"00-{trace_id}-{'1' * 16}-01"},
            )
            answer.raise_for_status()
            async with asyncio.timeout(120):
                while not _is_whole(collector.trace(trace_id)):  # noqa: ASYNC110
                    await asyncio.sleep(0.1)
        return collector.trace(trace_id)


def _is_whole(tree: SpanTree) -> bool:
    names = [span.name for span in tree.spans]
    return len(tree.roots) == 1 and any(name.startswith(LAST) for name in names)


def picture(tree: SpanTree) -> str:
    """Return the trace as an SVG: a row for each span, a bar for its time, a colour for its program."""
    rows = list(_rows(tree))
    begin = min(span.start for span, _ in rows)
    length = max(max(span.end for span, _ in rows) - begin, 1)
    scale = (_WIDTH - _LABELS - 90) / length
    services = sorted({span.service for span, _ in rows})
    colours = dict(zip(services, _COLOURS, strict=False))
    height = _TOP + _ROW * len(rows) + 16
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" '
        'aria-label="One message as one trace">',
        f"<style>{_STYLE}</style>",
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
        '<text class="title" x="16" y="26">One message, one trace: from HTTP to the published fact</text>',
    ]
    for number, service in enumerate(services):
        left = 16 + number * 260
        parts.append(f'<rect x="{left}" y="38" width="11" height="11" rx="2" fill="{colours[service]}"/>')
        parts.append(f'<text class="time" x="{left + 17}" y="48">{escape(service)}</text>')
    for number, (span, depth) in enumerate(rows):
        top = _TOP + number * _ROW
        x = _LABELS + (span.start - begin) * scale
        width = max((span.end - span.start) * scale, _LEAST_BAR)
        label = 16 + depth * _INDENT
        if number % 2 == 0:
            parts.append(f'<rect y="{top}" width="{_WIDTH}" height="{_ROW}" fill="#f6f8fa"/>')
        if depth:
            parts.append(
                f'<path d="M{label - 9} {top - 4}V{top + 13}H{label - 3}" fill="none" stroke="#8c959f"/>'
            )
        parts.append(
            f'<text x="{label}" y="{top + 17}">{escape(_short(span.name))} '
            f'<tspan class="kind">{span.kind.lower()}</tspan></text>'
        )
        parts.append(
            f'<rect x="{x:.1f}" y="{top + 6}" width="{width:.1f}" height="14" rx="2" '
            f'fill="{colours[span.service]}"><title>{escape(_tip(span))}</title></rect>'
        )
        if length_of := span.end - span.start:
            parts.append(
                f'<text class="time" x="{x + width + 5:.1f}" y="{top + 17}">{length_of / 1e6:.1f} ms</text>'
            )
    return "\n".join([*parts, "</svg>", ""])


def _rows(tree: SpanTree) -> Iterator[tuple[CollectedSpan, int]]:
    def below(span: CollectedSpan, depth: int) -> Iterator[tuple[CollectedSpan, int]]:
        yield span, depth
        for child in sorted(tree.children(span), key=lambda each: (each.start, each.end, each.name)):
            yield from below(child, depth + 1)

    for root in tree.roots:
        yield from below(root, 0)


def _short(name: str) -> str:
    """A name without the package of what it names, if that is long."""
    verb, colon, kind = name.partition(":")
    words = kind.split(".")
    while words[-1][:1].isupper() and words[0].islower():
        words.pop(0)
    return f"{verb}{colon}{'.'.join(words)}"


def _tip(span: CollectedSpan) -> str:
    return "\n".join([span.name, *(f"{key} = {value}" for key, value in sorted(span.attributes.items()))])


def main() -> None:
    """Draw it."""
    from processctl.repo import Repo  # noqa: PLC0415

    sys.path[:0] = [str(EXAMPLE), *map(str, Repo(EXAMPLE).import_roots)]
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURE
    tree = asyncio.run(one_trace())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(picture(tree))
    print(tree.outline())
    print(f"{len(tree.spans)} spans: {path}")


if __name__ == "__main__":
    main()
