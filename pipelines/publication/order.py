"""In which order the rows of a published table stand: `publication/rules/order.yml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field

from pipelines.publication.catalog import PublishedModel

RULES_FILE = Path(__file__).parent / "rules" / "order.yml"


class OrderRules(BaseModel):
    """What queries filter on first.

    Attributes:
        before_the_grain: columns that come before the grain, in this order, where a table has them.
        short_groups: table of long rows -> rows of one of its groups, a multiple of 2,048.
        grain_only: tables that stand in the order of their grain.

    Raises:
        pydantic.ValidationError: a rule is missing or unknown.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    before_the_grain: tuple[str, ...]
    short_groups: dict[str, Annotated[int, Field(multiple_of=2048, gt=0)]]
    grain_only: tuple[str, ...]


@cache
def order_rules() -> OrderRules:
    """The rules as they are in the file.

    Raises:
        pydantic.ValidationError: the file is not what `OrderRules` says.
    """
    return OrderRules.model_validate(yaml.safe_load(RULES_FILE.read_text(encoding="utf-8")))


def row_order(model: PublishedModel) -> tuple[str, ...]:
    """The columns that a table is sorted by. They end with the grain, so that the order is total."""
    rules = order_rules()
    if model.name in rules.grain_only:
        return model.grain
    there = {column.name for column in model.columns}
    first = [name for name in rules.before_the_grain if name in there]
    return tuple(dict.fromkeys((*first, *model.grain)))
