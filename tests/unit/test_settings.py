"""Settings: usable without any variable, changed by `GWR_` variables, strict about their values."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from pipelines.settings import Settings


def test_nothing_has_to_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GWR_HOST", "GWR_PORT", "GWR_KEEP_VERSIONS"):
        monkeypatch.delenv(name, raising=False)
    assert (Settings().host, Settings().port, Settings().keep_versions) == ("127.0.0.1", 3000, 3)


def test_a_variable_changes_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GWR_PORT", "8080")
    assert Settings().port == 8080


@pytest.mark.parametrize(
    ("name", "value"), [("GWR_PORT", "http"), ("GWR_PORT", "0"), ("GWR_KEEP_VERSIONS", "0")]
)
def test_a_wrong_value_is_an_error_that_names_the_setting(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError, match=name.removeprefix("GWR_").lower()):
        Settings()
