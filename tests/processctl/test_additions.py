"""What scaffold adds to a module that people own, and that it changes nothing else."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processctl.errors import ProjectError
from processctl.scaffold.additions import Additions, Wanted, add_missing
from processctl.scaffold.methods import abstract_methods
from processctl.scaffold.source import Source

GENERATED = '''
from abc import abstractmethod

from acme.v1 import orders_pb2
from process_runtime.workflow import EventMeta, Process


class OrdersProcess(Process):
    @abstractmethod
    async def run(self, start: orders_pb2.StartV1) -> orders_pb2.ResultV1:
        """Run the process to its end.

        More about it.
        """

    @abstractmethod
    async def on_placed(self, fact: orders_pb2.Placed, meta: EventMeta) -> None:
        """Handle `orders.Placed.v1`."""

    def concrete(self) -> None: ...
'''
WANTED = Wanted(
    "Orders", abstract_methods(GENERATED, "orders.workflow", "OrdersProcess"), frozenset({"OrdersProcess"})
)
MODULE = "processes.orders.workflow_impl"


def scaffold(
    content: str | bytes, folder: Path | None = None, *, wanted: Wanted = WANTED, line_length: int = 110
) -> Additions:
    """Add what is missing to `content`, which stands in `folder` at processes/orders/workflow_impl.py."""

    def find(module: str) -> Path | None:
        path = (folder or Path("/nowhere")).joinpath(*module.split(".")).with_suffix(".py")
        return path if path.exists() else None

    raw = content.encode() if isinstance(content, str) else content
    return add_missing(
        Source(Path("workflow_impl.py"), raw), MODULE, wanted, find=find, line_length=line_length
    )


def test_stubs_have_the_signatures_of_the_generated_base() -> None:
    before = dedent(
        '''\
        from acme.v1 import orders_pb2
        from orders.workflow import OrdersProcess


        class Orders(OrdersProcess):
            """Ours."""

            async def run(self, start: orders_pb2.StartV1) -> orders_pb2.ResultV1:
                return orders_pb2.ResultV1()  # done
        '''
    )
    added = scaffold(before)
    assert added.methods == ("on_placed",)
    assert added.content.decode() == dedent(
        '''\
        from acme.v1 import orders_pb2
        from orders.workflow import OrdersProcess
        from process_runtime.workflow import EventMeta


        class Orders(OrdersProcess):
            """Ours."""

            async def run(self, start: orders_pb2.StartV1) -> orders_pb2.ResultV1:
                return orders_pb2.ResultV1()  # done

            async def on_placed(self, fact: orders_pb2.Placed, meta: EventMeta) -> None:
                """Handle `orders.Placed.v1`."""
                raise NotImplementedError
        '''
    )


def test_a_second_run_adds_nothing() -> None:
    once = scaffold("class Orders(OrdersProcess):\n    pass\n").content
    assert scaffold(once).content == once
    assert scaffold(once).methods == ()


def test_a_long_signature_is_broken_as_formatters_break_it() -> None:
    text = scaffold("class Orders(OrdersProcess):\n    pass\n", line_length=60).content.decode()
    assert (
        "    async def on_placed(\n        self, fact: orders_pb2.Placed, meta: EventMeta\n    ) -> None:\n"
        in text
    )


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("indent", ["    ", "\t", "  "])
@pytest.mark.parametrize("ending", ["", "\n", "\n\n\n"])
def test_newlines_and_indentation_are_the_files_own(newline: str, indent: str, ending: str) -> None:
    before = newline.join(["class Orders(OrdersProcess):", f"{indent}x = 1  # kept"]) + ending.replace(
        "\n", newline
    )
    after = scaffold(before).content.decode()
    assert f"{newline}{indent}async def run(" in after
    assert f"{newline}{indent * 2}raise NotImplementedError{newline}" in after
    assert after.count("\n") == after.count(newline)
    ast.parse(after)


def test_a_file_without_a_last_newline_gets_one_before_what_is_added() -> None:
    after = scaffold("class Orders(OrdersProcess):\n    x = 1").content.decode()
    assert "\n    x = 1\n\n    async def run(" in after


def test_a_comment_at_the_end_of_the_class_stays_with_what_it_follows() -> None:
    before = "class Orders(OrdersProcess):\n    x = 1\n    # about x\n\n# about y\ny = 2\n"
    after = scaffold(before).content.decode()
    assert "    x = 1\n    # about x\n\n    async def run(" in after
    assert after.endswith("raise NotImplementedError\n\n# about y\ny = 2\n")


@pytest.mark.parametrize(
    "bound",
    [
        "def on_placed(self): ...",
        "async def on_placed(self): ...",
        "on_placed = _shared",
        "a, on_placed = _both",
        "on_placed: Handler = _shared",
        "@decorated\n    async def on_placed(self): ...",
        "if FLAG:\n        async def on_placed(self): ...\n    else:\n        on_placed = _other",
    ],
)
def test_a_method_is_there_however_it_is_written(bound: str) -> None:
    before = f"@final\nclass Orders(OrdersProcess, metaclass=Meta):\n    run = _run\n    {bound}\n"
    assert scaffold(before).content == before.encode()


def test_a_method_inherited_from_a_class_of_peoples_is_there(tmp_path: Path) -> None:
    folder = tmp_path / "processes" / "orders"
    folder.mkdir(parents=True)
    (folder / "shared.py").write_text("class Base:\n    async def on_placed(self): ...\n")
    for statement, base in [
        ("from processes.orders.shared import Base", "Base"),
        ("from .shared import Base as Renamed", "Renamed"),
        ("from processes.orders import shared", "shared.Base"),
        ("import processes.orders.shared", "processes.orders.shared.Base"),
        ("import processes.orders.shared as s", "s.Base"),
        ("from processes.orders.shared import Base\nclass Local(Base): pass", "Local"),
    ]:
        before = f"{statement}\nclass Orders({base}, OrdersProcess, Generic[T]):\n    run = _run\n"
        assert scaffold(before, tmp_path).methods == (), statement


def test_a_base_nobody_can_look_into_gets_a_notice_and_no_stub() -> None:
    before = "from vendor import Base\nclass Orders(Base, OrdersProcess):\n    run = _run\n"
    added = scaffold(before)
    assert added.content == before.encode()
    assert added.notices == (
        "workflow_impl.py:2: Orders inherits from Base, which scaffold cannot look into; "
        "if it has no on_placed, write that yourself",
    )


def test_an_alias_names_the_class() -> None:
    after = scaffold("class Renamed(OrdersProcess):\n    pass\nOrders = Renamed\n").content.decode()
    assert after.index("on_placed") < after.index("Orders = Renamed")


def test_a_class_imported_from_elsewhere_is_left_to_people() -> None:
    before = "from processes.orders.impl import Orders\n"
    added = scaffold(before)
    assert added.content == before.encode()
    assert "processes.orders.impl.Orders" in added.notices[0]


@pytest.mark.parametrize(
    ("before", "message"),
    [
        (
            "x = 1\nclass Renamed(OrdersProcess):\n    pass\n",
            "there is no class Orders, which generated code imports from here: name Renamed (line 2) so",
        ),
        ("x = 1\n", "there is no class Orders, which generated code imports from here: write it"),
        ("class Orders(OrdersProcess): pass\n", "workflow_impl.py:1: class Orders is written on one line"),
        (
            "class Orders(A):\n    pass\nclass Orders(B):\n    pass\n",
            "workflow_impl.py:1: class Orders is defined more than once (lines 1 and 3)",
        ),
        ("class Orders(:\n    pass\n", "workflow_impl.py:1:"),
        ("class Orders:\n    x = (\n", "workflow_impl.py:2:9: '(' was never closed"),
        (b"x = '\xff'\n", "workflow_impl.py:1:"),
        (b"# -*- coding: nonsense -*-\n", "workflow_impl.py"),
    ],
)
def test_what_cannot_be_added_to_is_said_with_its_line(before: str | bytes, message: str) -> None:
    with pytest.raises(ProjectError) as raised:
        scaffold(before)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("imports", "annotation"),
    [
        ("from acme.v1 import orders_pb2 as pb", "pb.Placed"),
        ("import acme.v1.orders_pb2 as pb", "pb.Placed"),
        ("with passed_through():\n    from acme.v1 import orders_pb2", "orders_pb2.Placed"),
        ("orders_pb2 = object()", "orders_pb2_.Placed"),
    ],
)
def test_imports_that_are_there_are_used_and_names_taken_are_avoided(imports: str, annotation: str) -> None:
    after = scaffold(f"{imports}\nclass Orders(OrdersProcess):\n    pass\n").content.decode()
    assert f"fact: {annotation}" in after
    assert len(re.findall(r"import (?:acme\.v1\.)?orders_pb2", after)) == 1


@pytest.mark.parametrize(
    ("head", "follows"),
    [
        ("", ""),
        ("#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n# ours\n", "# ours\n"),
        ('"""Doc."""\n', '"""Doc."""\n'),
        ('"""Doc."""\nfrom __future__ import annotations\n', "from __future__ import annotations\n"),
        ("import os; import sys  # both\n", "import os; import sys  # both\n"),
        ("from a import (\n    b,\n)\n", "    b,\n)\n"),
    ],
)
def test_imports_go_below_what_must_stay_on_top(head: str, follows: str) -> None:
    before = f"{head}class Orders(OrdersProcess):\n    pass\n"
    after = scaffold(before).content.decode()
    at = after.index("from acme.v1 import orders_pb2\n")
    assert after[:at].endswith(follows)
    ast.parse(after)


def test_the_files_encoding_is_kept() -> None:
    before = "# -*- coding: latin-1 -*-\nclass Orders(OrdersProcess):\n    x = 'é'\n".encode("latin-1")
    after = scaffold(before).content
    assert after.startswith(b"# -*- coding: latin-1 -*-\n")
    assert b"x = '\xe9'\n" in after
    marked = scaffold(b"\xef\xbb\xbfclass Orders(OrdersProcess):\n    pass\n").content
    assert marked.startswith(b"\xef\xbb\xbf")


LINES = st.sampled_from(
    [
        "",
        "# comment",
        "\t# tabbed",
        "import os",
        "x = '''a\n  b\n'''",
        "x = 1 ; y = 2",
        "if x:\n    pass",
        "\x0c",
        "é = 'ü'",
    ]
)
BODY = st.sampled_from(
    [
        "x = 1",
        "pass",
        "# comment",
        "",
        "s = '''\nleft\n'''",
        "async def run(self): return 1  # c",
        "@decorated\n{i}def other(self):\n{i}{i}if a:\n{i}{i}{i}pass\n{i}{i}# deep",
        "class Inner:\n{i}{i}def on_placed(self): ...",
        "y = [\n1,\n]",
        "z = 1 + \\\n  2",
    ]
)


@pytest.mark.requirement("R080")
@settings(deadline=None)
@given(
    head=st.lists(LINES, max_size=4),
    body=st.lists(BODY, min_size=1, max_size=5),
    tail=st.lists(LINES, max_size=4),
    newline=st.sampled_from(["\n", "\r\n"]),
    indent=st.sampled_from(["    ", "\t", "  "]),
    ends=st.booleans(),
)
def test_scaffold_only_inserts(
    *, head: list[str], body: list[str], tail: list[str], newline: str, indent: str, ends: bool
) -> None:
    lines = [
        *head,
        "class Orders(OrdersProcess):",
        *(indent + item.replace("{i}", indent) if item else "" for item in [*body, "last = 1"]),
        *tail,
    ]
    before = ("\n".join(lines) + ("\n" if ends else "")).replace("\n", newline)
    ast.parse(before)
    added = scaffold(before)
    after = added.content.decode()

    assert _without_insertions(before, after)
    assert scaffold(added.content).content == added.content
    tree = ast.parse(after)
    orders = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Orders")
    defined = [node.name for node in orders.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    assert {"run", "on_placed"} <= set(defined)
    assert defined[-len(added.methods) :] == list(added.methods)


def _without_insertions(before: str, after: str) -> bool:
    """Whether `after` is `before` with whole lines put in."""
    rest = iter(_split(after))
    return all(any(line == other for other in rest) for line in _split(before))


def _split(text: str) -> list[str]:
    return text.replace("\r\n", "\n").split("\n")
