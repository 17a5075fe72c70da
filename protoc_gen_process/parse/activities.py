"""Activities: the rpcs of services with `(process.v1.activities)`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from google.protobuf.descriptor_pb2 import MethodDescriptorProto
from process.v1 import process_options_pb2 as pb

from protoc_gen_process import model
from protoc_gen_process.descriptors import METHOD_OPTIONS, SERVICE_OPTIONS, Place, ServiceDef
from protoc_gen_process.naming import RESERVED_ACTIVITIES, constant_name, method_name
from protoc_gen_process.parse.scope import Scope, enum_name
from protoc_gen_process.rules import activities as rules

_RETRY, _COMPENSATED_BY = 5, 8  # field numbers of ActivityOptions and ActivityDefaults
_TIMEOUTS = (
    "start_to_close_timeout",
    "schedule_to_close_timeout",
    "schedule_to_start_timeout",
    "heartbeat_timeout",
)
_NOT_LOCAL = ("task_queue", "heartbeat_timeout", "schedule_to_start_timeout")

_START_TO_CLOSE = timedelta(seconds=30)
_INITIAL_INTERVAL = timedelta(seconds=2)
_BACKOFF = 2.0
_MAXIMUM_INTERVAL = timedelta(seconds=30)
_ATTEMPTS = 5
_CANCELLATIONS = {
    "TRY_CANCEL": model.Cancellation.TRY_CANCEL,
    "WAIT": model.Cancellation.WAIT,
    "ABANDON": model.Cancellation.ABANDON,
}


class _Level:
    """The options of a service or of an rpc, read once and checked."""

    def __init__(self, scope: Scope, options: Any, place: Place) -> None:
        self.options = options
        self.timeouts = {name: scope.positive(options, name, place) for name in _TIMEOUTS}
        self.task_queue = None
        if options.HasField("task_queue"):
            self.task_queue = scope.logical(options, "task_queue", place)
        self.local: bool | None = options.local if options.HasField("local") else None
        self.cancellation = enum_name(options, "cancellation")
        retry, at = options.retry, place.at(_RETRY)
        check = scope.report.check
        self.initial = scope.positive(retry, "initial_interval", at)
        self.maximum = scope.positive(retry, "maximum_interval", at)
        self.backoff: float | None = None
        if retry.HasField("backoff_coefficient") and check(
            at, rules.backoff_valid, retry.backoff_coefficient
        ):
            self.backoff = retry.backoff_coefficient
        self.attempts: int | None = None
        if retry.HasField("maximum_attempts") and check(at, rules.attempts_valid, retry.maximum_attempts):
            self.attempts = retry.maximum_attempts
        self.non_retryable = tuple(retry.non_retryable_error_types)
        for name in _NOT_LOCAL if self.local else ():
            present = options.HasField(name)
            check(
                place.at(options.DESCRIPTOR.fields_by_name[name].number), rules.local_without, name, present
            )


def parse_activities(scope: Scope) -> tuple[model.Activity, ...]:
    """Read every activity of the process's file."""
    activities: list[model.Activity] = []
    names: list[tuple[str, str, Place]] = []
    for service in scope.file.services:
        if service.defaults is None:
            for method, place, options in service.methods():
                if options is not None:
                    scope.report.check(_activity(place), rules.service_marked, method.name, False)
            continue
        place = service.place.at(SERVICE_OPTIONS, pb.activities.number)
        compensated = service.defaults.HasField("compensated_by")
        scope.report.check(place.at(_COMPENSATED_BY), rules.defaults_without_compensation, compensated)
        defaults = _Level(scope, service.defaults, place)
        for rpc in service.methods():
            activity = _parse(scope, service, rpc, defaults)
            if activity is not None:
                activities.append(activity)
                names.append((activity.method, f"rpc {activity.name}", rpc[1]))
    scope.check_python_names(names)
    return tuple(activities)


def _activity(place: Place) -> Place:
    return place.at(METHOD_OPTIONS, pb.activity.number)


def _parse(
    scope: Scope,
    service: ServiceDef,
    rpc: tuple[MethodDescriptorProto, Place, Any | None],
    defaults: _Level,
) -> model.Activity | None:
    method, place, options = rpc
    check, index, file = scope.report.check, scope.index, service.file
    streaming = method.client_streaming or method.server_streaming
    check(place, rules.method_unary, method.name, streaming)
    own = options if options is not None else pb.ActivityOptions()
    level = _Level(scope, own, _activity(place))
    compensated_by = None
    if own.HasField("compensated_by"):
        known = any(m.name == own.compensated_by for m in service.proto.method)
        at = _activity(place).at(_COMPENSATED_BY)
        if check(at, rules.compensation_known, method.name, own.compensated_by, known):
            compensated_by = method_name(own.compensated_by, RESERVED_ACTIVITIES)
    request = index.message(method.input_type.removeprefix("."), file)
    response = index.message(method.output_type.removeprefix("."), file)
    if request is None or response is None:  # the input lacks an import, which has been said
        return None
    merged = _merge(level, defaults)
    retry = _retry(level, defaults)
    maximum = retry.maximum_interval
    if maximum is not None:
        check(_activity(place).at(_RETRY), rules.intervals_ordered, retry.initial_interval, maximum)
    return model.Activity(
        name=f"{service.full_name}.{method.name}",
        method=method_name(method.name, RESERVED_ACTIVITIES),
        constant=constant_name(method.name),
        input=scope.use(request),
        output=scope.use(response),
        retry=retry,
        compensated_by=compensated_by,
        doc=file.comment(place.path),
        **merged,
    )


def _merge(level: _Level, defaults: _Level) -> dict[str, Any]:
    """The options that hold for one rpc: its own, else the service's, else the built-in ones."""
    timeouts = {name: level.timeouts[name] or defaults.timeouts[name] for name in _TIMEOUTS}
    local = level.local if level.local is not None else bool(defaults.local and level.task_queue is None)
    if local:
        timeouts |= {"heartbeat_timeout": None, "schedule_to_start_timeout": None}
    return timeouts | {
        "start_to_close_timeout": timeouts["start_to_close_timeout"] or _START_TO_CLOSE,
        "task_queue": None if local else level.task_queue or defaults.task_queue,
        "local": local,
        "cancellation": _CANCELLATIONS[level.cancellation or defaults.cancellation or "TRY_CANCEL"],
    }


def _retry(level: _Level, defaults: _Level) -> model.Retry:
    initial = level.initial or defaults.initial or _INITIAL_INTERVAL
    backoff = level.backoff if level.backoff is not None else defaults.backoff
    attempts = level.attempts if level.attempts is not None else defaults.attempts
    return model.Retry(
        initial_interval=initial,
        backoff_coefficient=_BACKOFF if backoff is None else backoff,
        # The built-in maximum gives way to a longer first interval that somebody asked for.
        maximum_interval=level.maximum or defaults.maximum or max(_MAXIMUM_INTERVAL, initial),
        maximum_attempts=_ATTEMPTS if attempts is None else attempts,
        non_retryable_error_types=level.non_retryable or defaults.non_retryable,
    )
