"""How activities are started: time limits, heartbeats, retries, arguments."""

from __future__ import annotations

import ast

from process_policy.catalogue.topic import names
from process_policy.reach import is_activity
from process_policy.scopes import Function
from process_policy.site import (
    Site,
    definition_of,
    function_of,
    has_unknown_keywords,
    is_imported,
    is_none,
    keyword,
    name_of,
    own_nodes,
)
from process_policy.values import External

_STARTS = frozenset(
    f"temporalio.workflow.{verb}_{kind}{by}"
    for verb in ("execute", "start")
    for kind in ("activity", "local_activity")
    for by in ("", "_method", "_class")
)
_CHILDREN = frozenset(f"temporalio.workflow.{verb}_child_workflow" for verb in ("execute", "start"))
_LIMITS = ("start_to_close_timeout", "schedule_to_close_timeout")
_POLICY = External("temporalio.common.RetryPolicy")
_LONG, _VERY_LONG = 3600, 7200
"""Seconds; the shorter counts only for an activity that is seen to loop."""
_SECONDS = {"weeks": 604800, "days": 86400, "hours": 3600, "minutes": 60, "seconds": 1}
_ACTIVITY_ONLY = frozenset(
    f"temporalio.activity.{name}"
    for name in names("""
    heartbeat info cancellation_details client is_cancelled is_worker_shutdown metric_meter payload_converter
    raise_complete_async shield_thread_cancel_exception wait_for_cancelled wait_for_cancelled_sync
    wait_for_worker_shutdown wait_for_worker_shutdown_sync
    """)
)


def starts(site: Site, node: ast.Call) -> None:
    """The call that starts an activity."""
    name = name_of(site, node.func) if is_imported(site, node.func) else ""
    short = name.rpartition(".")[2]
    if name in _STARTS and _spreads_no_limits(site, node):
        site.report(node, "PRA003", short)
    if name in _STARTS | _CHILDREN and not has_unknown_keywords(node):
        if _has_both_arguments(node):
            site.report(node, "PRA013", short)
        if name in _STARTS:
            _limits(site, node, short)
            _retries(site, node, short)
            if "local" not in short:
                _heartbeats(site, node, short)


def _has_both_arguments(node: ast.Call) -> bool:
    several = keyword(node, "args")
    is_given = isinstance(several, ast.List | ast.Tuple) and bool(several.elts)
    starred = any(isinstance(argument, ast.Starred) for argument in node.args)
    return is_given and not starred and (len(node.args) > 1 or keyword(node, "arg") is not None)


def _limits(site: Site, node: ast.Call, short: str) -> None:
    given = [keyword(node, name) for name in _LIMITS]
    if all(value is None or is_none(value) for value in given):
        site.report(node, "PRA003", short)


def _spreads_no_limits(site: Site, node: ast.Call) -> bool:
    """Whether all of `**more` is written out, with no limit in it, and none is given beside it."""
    given: set[object] = {word.arg for word in node.keywords}
    spread = [word.value for word in node.keywords if word.arg is None]
    for more in spread:
        match definition_of(site, more)[0]:
            case ast.Dict(keys=keys) if all(isinstance(key, ast.Constant) for key in keys):
                given |= {key.value for key in keys if isinstance(key, ast.Constant)}
            case ast.Call(func=ast.Name(id="dict"), args=[], keywords=words) if all(
                word.arg for word in words
            ):
                given |= {word.arg for word in words}
            case _:
                return False
    return (
        bool(spread)
        and not given.intersection(_LIMITS)
        and not any(_is_filled(site, more) for more in spread)
    )


def _is_filled(site: Site, node: ast.expr) -> bool:
    """Whether more is put into a dict after it was made: `options["heartbeat_timeout"] = …`."""
    written = ast.unparse(node)
    ways = (f"{written}[", f"{written}.update(", f"{written}.setdefault(", f"{written} |=")
    return any(way in site.step.module.source for way in ways)


def _retries(site: Site, node: ast.Call, short: str) -> None:
    total = keyword(node, "schedule_to_close_timeout")
    if total is not None and not is_none(total):
        return
    policy, scope = definition_of(site, keyword(node, "retry_policy"))
    if policy is None or is_none(policy):
        site.report(node, "PRA006", short)
        return
    if not isinstance(policy, ast.Call):
        return
    if site.resolver.value(policy.func, scope) != _POLICY or has_unknown_keywords(policy):
        return
    if any(isinstance(argument, ast.Starred) for argument in policy.args):
        return
    attempts = policy.args[3] if len(policy.args) > 3 else keyword(policy, "maximum_attempts")
    if attempts is None:
        site.report(node, "PRA006", short)
    elif isinstance(attempts, ast.Constant) and attempts.value == 0:
        given = keyword(node, "retry_policy")
        site.report(attempts if policy is given else given or node, "PRA014", "maximum_attempts=0")


def _heartbeats(site: Site, node: ast.Call, short: str) -> None:
    timeout = keyword(node, "heartbeat_timeout")
    is_watched = timeout is not None and not is_none(timeout)
    limits = (definition_of(site, keyword(node, name))[0] for name in _LIMITS)
    seconds = next((_seconds(limit) for limit in limits if limit is not None), 0)
    if is_watched and 0 < seconds <= _seconds(definition_of(site, timeout)[0]):
        return  # it is over before a heartbeat can be missed
    if not is_watched and seconds >= _VERY_LONG:
        site.report(node, "PRA005", short)
        return
    activity = site.value(node.args[0] if node.args else keyword(node, "activity"))
    if (
        not isinstance(activity, Function)
        or not _is_visible(activity, site)
        or _may_heartbeat(activity, site)
    ):
        return
    if is_watched:
        site.report(
            node,
            "PRA005",
            short,
            f"`{short}` waits for heartbeats that `{activity.name}` never sends: it fails whenever it takes "
            "longer than heartbeat_timeout; call activity.heartbeat() in it",
        )
    elif seconds >= _LONG and _loops(activity):
        site.report(node, "PRA005", short)


def _is_visible(activity: Function, site: Site) -> bool:
    """Whether the function does its work itself, as far as can be seen: nothing wraps it, it is no stub."""
    if len(activity.node.decorator_list) != 1 or not is_activity(activity, site.resolver):
        return False
    return any(
        not isinstance(statement, ast.Pass | ast.Raise)
        and not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))
        for statement in activity.node.body
    )


def _may_heartbeat(activity: Function, site: Site) -> bool:
    waiting, seen = [activity], {activity}
    while waiting:
        function = waiting.pop()
        for node in ast.walk(function.node):
            name = (
                node.id
                if isinstance(node, ast.Name)
                else node.attr
                if isinstance(node, ast.Attribute)
                else ""
            )
            if "heartbeat" in name.lower() or name == "raise_complete_async":
                return True
            if isinstance(node, ast.Call):
                called = site.resolver.value(node.func, function.scope)
                if isinstance(called, Function) and called not in seen:
                    seen.add(called)
                    waiting.append(called)
                elif called is None and isinstance(node.func, ast.Name):
                    return True
    return False


def _loops(activity: Function) -> bool:
    return any(isinstance(node, ast.For | ast.AsyncFor | ast.While) for node in own_nodes(activity.node))


def _seconds(node: ast.expr | None) -> float:
    """The length of a `timedelta(…)` that is written out; 0 for anything else."""
    if not isinstance(node, ast.Call) or not ast.unparse(node.func).endswith("timedelta") or node.args:
        return 0
    total = 0.0
    for word in node.keywords:
        if not isinstance(word.value, ast.Constant) or not isinstance(word.value.value, int | float):
            return 0
        total += word.value.value * _SECONDS.get(word.arg or "", 0)
    return total


def calls_activity(site: Site, node: ast.Call) -> None:
    """An activity that is called as if it were a plain function."""
    called = site.value(node.func)
    if isinstance(called, Function) and is_activity(called, site.resolver):
        site.report(node, "PRA011", called.name)


def asks_as_activity(site: Site, node: ast.Call) -> None:
    """`activity.heartbeat()` where there is no activity, unless the function asks whether there is one."""
    name = name_of(site, node.func)
    function = function_of(site)
    if name in _ACTIVITY_ONLY and function and "in_activity" not in ast.unparse(function.node):
        site.report(node, "PRA012", name)
