"""Workflow IDs are a pure, injective function of the key."""

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from process_runtime.workflow_id import MAX_LENGTH, WorkflowIdError, join_workflow_id

pytestmark = pytest.mark.requirement("R043", "R055", "R063", "R066")

SEPARATORS = st.sampled_from(["/", ".", ":", "-", "_", "|", "/x/", ".a:", "-]", "^", "\\", "é", "~~"])
VALUES = st.one_of(
    st.text(alphabet="ab/%2F.:-_|^]\\é~\x00\x1f\x85", min_size=1, max_size=8),
    st.text(min_size=1, max_size=8),
).filter(lambda text: text.isprintable() or text.encode("utf-8", "ignore").decode() == text)


@st.composite
def templates(draw: st.DrawFn) -> tuple[str, ...]:
    separators = draw(st.lists(SEPARATORS, min_size=1, max_size=3))
    return ("proc/p/", *separators, draw(st.sampled_from(["", "/end"])))


@given(template=templates(), data=st.data())
def test_two_keys_never_give_one_id(template: tuple[str, ...], data: st.DataObject) -> None:
    keys = st.lists(VALUES, min_size=len(template) - 1, max_size=len(template) - 1)
    one, other = data.draw(keys), data.draw(keys)
    assume(one != other)
    assert join_workflow_id(template, one) != join_workflow_id(template, other)


@given(left=VALUES, right=VALUES, separator=SEPARATORS)
@example(left="a", right="b/c", separator="/")
@example(left="a%2Fb", right="c", separator="/")
def test_moving_the_boundary_between_values_changes_the_id(left: str, right: str, separator: str) -> None:
    template = ("p/", separator, "")
    whole = left + separator + right
    for cut in range(1, len(whole)):
        if (moved := (whole[:cut], whole[cut:])) != (left, right):
            assert join_workflow_id(template, moved) != join_workflow_id(template, (left, right))


@given(value=VALUES)
def test_an_id_holds_no_control_character_and_no_slash_of_a_value(value: str) -> None:
    identifier = join_workflow_id(("proc/p/", ""), (value,))
    assert identifier.count("/") == 2
    assert not any(ord(character) < 32 or 127 <= ord(character) < 160 for character in identifier)


def test_ordinary_values_stand_as_they_are() -> None:
    template = ("proc/order-fulfillment/", "/", "")
    assert join_workflow_id(template, ("acme.eu", "o-7:é")) == "proc/order-fulfillment/acme.eu/o-7:é"
    assert join_workflow_id(template, ("t", 42)) == "proc/order-fulfillment/t/42"


def test_separators_of_the_template_are_escaped_in_values() -> None:
    assert join_workflow_id(("sales.q.", ".", ""), ("a.b", "c")) == "sales.q.a%2Eb.c"


@pytest.mark.parametrize(
    ("template", "values", "reason"),
    [
        (("p/", ""), ("",), "value 1 of the workflow ID is empty"),
        (("p/", "/", ""), ("a", ""), "value 2 of the workflow ID is empty"),
        (("p/", ""), ("a" * MAX_LENGTH,), "at most 1000"),
        (("p/", ""), ("é" * 500,), "1002 bytes"),
        (("p/", ""), ("\ud800",), "not valid Unicode"),
        (("p/", "", ""), ("a", "b"), "nothing separates values 1 and 2"),
        (("p/", "x", ""), ("a", "b"), "nothing separates values 1 and 2"),
        (("p/", "%", ""), ("a", "b"), "nothing separates values 1 and 2"),
        (("p/", ""), ("a", "b"), "3 literal pieces, not 2"),
    ],
)
def test_what_gives_no_id_is_refused(template: tuple[str, ...], values: tuple[str, ...], reason: str) -> None:
    with pytest.raises(WorkflowIdError, match=reason):
        join_workflow_id(template, values)


def test_a_refusal_never_shows_a_value() -> None:
    with pytest.raises(WorkflowIdError) as refusal:
        join_workflow_id(("p/", ""), ("secret" * 400,))
    assert "secret" not in str(refusal.value)
