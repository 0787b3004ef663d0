"""Pages into HTML: one environment of templates, everything escaped, both languages in the page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup, escape

from pipelines.publication.site import site as names
from pipelines.publication.site.labels import Words, words
from pipelines.publication.site.site import Page, Place, Site

_TEMPLATES = Path(__file__).parent / "templates"
_IN_SCRIPT = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028"})


@lru_cache(maxsize=8192)
def both(text: Words) -> Markup:
    """A text in both languages; the style sheet shows the one that is chosen."""
    if text.zh == text.en:
        return escape(text.zh)
    return Markup('<span class="zh" lang="zh-Hans">{}</span><span class="en" lang="en">{}</span>').format(
        text.zh, text.en
    )


def attributes(name: str, text: Words) -> Markup:
    """An attribute in both languages: `aria-label`, with what the script puts there on a switch."""
    return Markup('{0}="{1}" data-zh-{0}="{1}" data-en-{0}="{2}"').format(Markup(name), text.zh, text.en)


def in_script(value: object) -> Markup:
    """A value as JSON inside a script element, whatever its texts are made of."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    return Markup(text.translate(_IN_SCRIPT))


def _t(key: str, **values: object) -> Markup:
    text = words()[key]
    return both(text.filled(**values) if values else text)


def _at(name: str, key: str) -> Markup:
    return attributes(name, words()[key])


def _menu(site: Site, place: Place | None) -> list[tuple[str, str]]:
    """The entries of the menu and where each leads, for a page about a place."""
    place = place or site.only_place
    several = len(site.reporting) > 1
    entries = [
        ("glance", names.place_path(place.ref_area) if place and not site.only_place else "index.html")
    ]
    if place and place.reports:
        entries.append(("reports", names.report_path(place.reports[0]["document_id"])))
    else:
        entries.append(("reports", "reports/index.html"))
    entries.append(("targets", names.targets_path(place.ref_area) if place else "targets/index.html"))
    entries.append(
        ("indicators", names.indicators_path(place.ref_area) if place else "indicators/index.html")
    )
    if several:
        entries.append(("places", "places/index.html"))
    entries.append(("data", "data/index.html"))
    return entries


class _Compiled(BytecodeCache):
    """Templates that this process compiled, for all its environments."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._code:
            bucket.bytecode_from_string(self._code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key] = bucket.bytecode_to_string()


_compiled = _Compiled()


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        auto_reload=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=_compiled,
    )
    environment.filters.update(both=both, in_script=in_script)
    return environment


def compile_templates() -> None:
    """Compile all templates, for the pages that this process renders later."""
    environment = _environment()
    for name in environment.list_templates():
        environment.get_template(name)


class Renderer:
    """Renders the pages of a site."""

    def __init__(self, site: Site) -> None:
        """Take the site whose pages they are."""
        self._site = site
        self._environment = _environment()
        self._environment.globals.update(
            t=_t,
            at=_at,
            attributes=attributes,
            words=words(),
            code=site.code,
            figures=site.figures,
            site=site,
            report_path=names.report_path,
            place_path=names.place_path,
            targets_path=names.targets_path,
            indicators_path=names.indicators_path,
            indicator_path=names.indicator_path,
        )

    def html(self, page: Page) -> str:
        """The page as HTML.

        Raises:
            jinja2.UndefinedError: the template shows what the page has not.
        """
        root = "../" * page.path.count("/")
        values: Mapping[str, Any] = {
            "page": page,
            "root": root,
            "menu": _menu(self._site, self._site.place(page.ref_area)),
            **page.values,
        }
        return self._environment.get_template(page.template).render(values)
