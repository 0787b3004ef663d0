"""docs/sources.md: its example is a list that works, its settings are those there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipelines.paths import PROJECT_ROOT
from pipelines.settings import FetchSettings
from pipelines.sources.listing import Source, read_listing

TEXT = (PROJECT_ROOT / "docs" / "sources.md").read_text(encoding="utf-8")


def test_the_example_is_a_list_with_every_key(tmp_path: Path) -> None:
    example = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)[0]
    (tmp_path / "sources.yml").write_text(example, encoding="utf-8")
    listing = read_listing(tmp_path)
    assert listing.wrong == ()
    (source,) = listing.sources
    assert source.model_fields_set == set(Source.model_fields)


@pytest.mark.parametrize("name", FetchSettings.model_fields)
def test_every_setting_is_described_with_its_default(name: str) -> None:
    rows = [line for line in TEXT.splitlines() if line.startswith("| `GWR_FETCH_")]
    (row,) = [line for line in rows if f"`GWR_FETCH_{name.upper()}`" in line]
    default = FetchSettings.model_fields[name].default
    shown = (
        str(default).lower()
        if isinstance(default, bool)
        else f"{default:g}"
        if isinstance(default, float)
        else default
    )
    assert name == "user_agent" or f"`{shown}`" in row
