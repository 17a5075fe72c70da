"""Settings: one source for each, and everything wrong said at once without a value."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import Field

from process_runtime.config import (
    ConfigError,
    IngressSettings,
    ListenAddress,
    RuntimeSettings,
    WorkerSettings,
    load_settings,
)
from process_runtime.ingress import Subscription, ingress_problems


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """Return the environment, empty of settings but for Temporal's address."""
    for settings_type in (WorkerSettings, IngressSettings):
        for name in settings_type.model_fields:
            monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("TEMPORAL_ADDRESS", "temporal:7233")
    return monkeypatch


def problems(settings_type: type[RuntimeSettings] = WorkerSettings) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load_settings(settings_type)
    return list(caught.value.problems)


@pytest.mark.requirement("R083")
def test_temporal_is_configured_by_its_own_names(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    key, certificate = tmp_path / "tls.key", tmp_path / "tls.crt"
    key.write_text("KEY")
    certificate.write_text("CERTIFICATE")
    environment.setenv("TEMPORAL_NAMESPACE", "shop")
    environment.setenv("TEMPORAL_TLS_CLIENT_KEY_PATH", str(key))
    environment.setenv("TEMPORAL_TLS_CLIENT_CERT_PATH", str(certificate))
    environment.setenv("TEMPORAL_TLS_SERVER_NAME", "temporal.example")
    config = load_settings(WorkerSettings).connect_config()
    assert (config["target_host"], config["namespace"]) == ("temporal:7233", "shop")
    tls = config["tls"]
    assert not isinstance(tls, bool)
    assert (tls.client_private_key, tls.client_cert, tls.domain) == (
        b"KEY",
        b"CERTIFICATE",
        "temporal.example",
    )


def test_a_mounted_profile_can_hold_everything_secrets_included(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    profile = tmp_path / "temporal.toml"
    profile.write_text('[profile.prod]\naddress = "cloud:7233"\nnamespace = "shop"\napi_key = "hunter2"\n')
    environment.delenv("TEMPORAL_ADDRESS")
    environment.setenv("TEMPORAL_CONFIG_FILE", str(profile))
    environment.setenv("TEMPORAL_PROFILE", "prod")
    settings = load_settings(IngressSettings)
    assert (settings.temporal_address, settings.temporal_namespace) == ("cloud:7233", "shop")
    assert settings.connect_config()["api_key"] == "hunter2"
    assert "hunter2" not in repr(settings)


def test_defaults_need_nothing_but_the_address() -> None:
    settings = load_settings(WorkerSettings)
    assert settings.temporal_namespace == "default"
    assert settings.port_http == ListenAddress("0.0.0.0", 8080)
    assert settings.shutdown_grace == timedelta(seconds=25)
    assert settings.temporal_task_queue == ""


@pytest.mark.requirement("R118")
@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("9090", "0.0.0.0", 9090),
        ("0", "0.0.0.0", 0),
        ("127.0.0.1:80", "127.0.0.1", 80),
        ("[::1]:8080", "::1", 8080),
        ("localhost:1", "localhost", 1),
    ],
)
def test_the_listen_address_comes_from_port_http(
    environment: pytest.MonkeyPatch, text: str, host: str, port: int
) -> None:
    environment.setenv("PORT_HTTP", text)
    assert load_settings(WorkerSettings).port_http == (host, port)


@pytest.mark.requirement("R100")
def test_concurrency_comes_from_the_environment(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("MAX_CONCURRENT_ACTIVITIES", "7")
    environment.setenv("MAX_CONCURRENT_WORKFLOW_TASKS", "8")
    environment.setenv("MAX_CACHED_WORKFLOWS", "0")
    settings = load_settings(WorkerSettings)
    assert (settings.max_concurrent_activities, settings.max_concurrent_workflow_tasks) == (7, 8)
    assert settings.max_cached_workflows == 0


@pytest.mark.parametrize(
    ("text", "seconds"), [("30s", 30), ("500ms", 0.5), ("2m", 120), ("1h", 3600), ("1.5s", 1.5), ("7", 7)]
)
def test_durations_are_written_as_people_write_them(
    environment: pytest.MonkeyPatch, text: str, seconds: float
) -> None:
    environment.setenv("SHUTDOWN_GRACE", text)
    assert load_settings(WorkerSettings).shutdown_grace.total_seconds() == seconds


BAD = {
    "PORT_HTTP": ["http", "65536", "-1", "::1:80", "1 2", "a b:1", ":80"],
    "SHUTDOWN_GRACE": ["soon", "-1s", "1d", "2days", "inf", "NaN", "25h"],
    "LOG_LEVEL": ["LOUD"],
    "LOG_FORMAT": ["xml"],
    "EVENT_LOOP": ["trio"],
    "MAX_CONCURRENT_ACTIVITIES": ["0", "-1", "many", "1.5", "10000000"],
    "TEMPORAL_ADDRESS": ["temporal", "http://temporal:7233", "temporal:7233/", "temporal:port", " :1"],
    "TEMPORAL_TLS": ["maybe"],
    "TEMPORAL_CONFIG_FILE": ["/nowhere/temporal.toml"],
}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in BAD.items() for value in values]
)
def test_a_bad_value_is_named_and_not_repeated(
    environment: pytest.MonkeyPatch, name: str, value: str
) -> None:
    environment.setenv(name, value)
    (problem,) = problems()
    assert problem.startswith(f"{name}: ")
    if len(value) > 4:
        assert f" {value} " not in f" {problem} ".replace(",", " ")


@pytest.mark.requirement("R071")
def test_everything_missing_or_bad_is_said_in_one_go(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Settings(WorkerSettings):
        payment_url: str = Field(description="where payments are made")

    environment.delenv("TEMPORAL_ADDRESS")
    environment.setenv("PORT_HTTP", "http")
    environment.setenv("TEMPORAL_DEPLOYMENT_NAME", "orders")
    environment.setenv("TEMPORAL_TLS_CLIENT_CERT_PATH", str(tmp_path / "missing.crt"))
    environment.setenv("PAYMENT_URL", "https://payments")
    names = [problem.partition(":")[0] for problem in problems(Settings)]
    assert names == [
        "PORT_HTTP",
        "TEMPORAL_DEPLOYMENT_NAME and TEMPORAL_WORKER_BUILD_ID go together",
        "TEMPORAL_ADDRESS",
        "TEMPORAL_TLS_CLIENT_CERT_PATH",
        "TEMPORAL_TLS_CLIENT_CERT_*/TEMPORAL_TLS_CLIENT_KEY_*",
    ]
    environment.delenv("PAYMENT_URL")
    assert "PAYMENT_URL: is not set (where payments are made)" in problems(Settings)


def test_an_empty_variable_is_an_unset_one(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("SHUTDOWN_GRACE", "")
    environment.setenv("TEMPORAL_TASK_QUEUE", "")
    assert load_settings(WorkerSettings).shutdown_grace == timedelta(seconds=25)


def test_a_broken_profile_file_does_not_show_its_secret(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    profile = tmp_path / "temporal.toml"
    profile.write_text('[profile.default]\napi_key = hunter2"\n')
    environment.setenv("TEMPORAL_CONFIG_FILE", str(profile))
    (problem,) = problems()
    assert "TEMPORAL_CONFIG_FILE" in problem
    assert "line 2" in problem
    assert "hunter2" not in problem


@given(st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
@example("86400000000000")
@example("9" * 400)
def test_whatever_stands_in_a_variable_is_a_setting_or_one_line(text: str) -> None:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PORT_HTTP", text)
        environment.setenv("SHUTDOWN_GRACE", text)
        environment.setenv("MAX_CONCURRENT_ACTIVITIES", text)
        environment.setenv("TEMPORAL_ADDRESS", text)
        found: tuple[str, ...] = ()
        try:
            load_settings(WorkerSettings)
        except ConfigError as error:
            found = error.problems
        assert all(problem.isprintable() for problem in found)


ORDERS = Subscription("orders", "jsonl", "orders-facts")


def bound(environment: pytest.MonkeyPatch, file: Path, text: str, *subscriptions: Subscription) -> list[str]:
    file.write_text(text)
    environment.setenv("INGRESS_BINDINGS_FILE", str(file))
    return ingress_problems(load_settings(IngressSettings), subscriptions or [ORDERS])


@pytest.mark.requirement("R050", "R074")
def test_bindings_are_json_or_toml_and_may_name_another_kind(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    kafka = Subscription("orders", "kafka", "orders-facts")
    assert bound(environment, tmp_path / "b.json", '{"orders-facts": {"path": "-"}}') == []
    assert bound(environment, tmp_path / "b.toml", '[orders-facts]\npath = "/data/x.jsonl"\n') == []
    assert bound(environment, tmp_path / "c.toml", '[orders-facts]\nkind = "http"\n', kafka) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{}", "there is no such binding (subscription orders, kind jsonl); write one, with path"),
        ('{"orders-facts": {}}', "orders-facts.path: Field required"),
        (
            '{"orders-facts": {"path": "-", "passwrod": "hunter2"}}',
            "orders-facts.passwrod: there is no such option of jsonl (there are kind, path",
        ),
        ('{"orders-facts": {"path": 7}}', "orders-facts.path: Input should be a valid string"),
        (
            '{"orders-facts": {"kind": "carrier-pigeon"}}',
            "kind carrier-pigeon is installed (installed: http, jsonl",
        ),
        ('{"orders-facts": {"kind": ["hunter2"]}}', "installed: http, jsonl"),
        ('{"orders-facts": "hunter2"}', "orders-facts: write a table of options"),
        ('["hunter2"]', "no table of bindings"),
        ('{"orders-facts": "hunter2', "neither JSON nor"),
    ],
)
def test_a_binding_that_cannot_work_is_said_with_its_place(
    environment: pytest.MonkeyPatch, tmp_path: Path, text: str, said: str
) -> None:
    problem, *others = bound(environment, tmp_path / "bindings.json", text)
    assert all("there is no such binding" in other for other in others)
    assert "hunter2" not in problem
    assert problem.startswith("INGRESS_BINDINGS_FILE: ")
    assert said in problem


def test_a_binding_without_required_options_may_be_left_out() -> None:
    settings = load_settings(IngressSettings)
    assert ingress_problems(settings, [Subscription("orders", "http", "orders-facts")]) == []


def test_a_bindings_file_that_is_not_there_is_said_with_the_bindings_missing(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environment.setenv("INGRESS_BINDINGS_FILE", str(tmp_path / "nowhere.json"))
    first, second = ingress_problems(load_settings(IngressSettings), [ORDERS, ORDERS])
    assert "cannot be read" in first
    assert "orders-facts" in second
