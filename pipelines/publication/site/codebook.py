"""docs/codebook.md as a part of a page: headings with anchors, a table of contents, no dead links."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from pipelines.paths import PROJECT_ROOT

CODEBOOK = PROJECT_ROOT / "docs" / "codebook.md"
_OUTSIDE = ("https://", "http://", "mailto:")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: 2 for a section and 3 for a part of it, its anchor, its text."""

    level: int
    anchor: str
    text: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A document: title (its first heading), headings below it, and the body as HTML."""

    title: str
    headings: tuple[Heading, ...]
    body: Markup


def render(text: str, folder: str, page_of: Callable[[str], str | None], scroll: str) -> Rendered:
    """Render a Markdown document of this project. HTML in it is shown as text.

    A link to a heading of the document and one to the web stay links; one to another file of the project
    becomes its path in words, because a published site has no such file.

    Args:
        text: the document.
        folder: where it stands below the project's root, with slashes: what its links count from.
        page_of: the address of the page about something that is set in code; None where there is none.
        scroll: the opening tag of the box that a table scrolls in.
    """
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(text)
    title, headings = _headings(tokens)
    for token in tokens:
        if token.children:
            token.children = _linked(token.children, folder, page_of, {one.anchor for one in headings})
    for token in tokens:
        if token.type == "th_open":
            token.attrSet("scope", "col")
    body = parser.renderer.render(tokens, parser.options, {})
    body = body.replace("<table>", f"{scroll}<table>").replace("</table>", "</table></div>")
    body = body.replace("<pre>", '<pre tabindex="0">')
    return Rendered(title, tuple(headings), Markup(body))  # the parser escapes all that it is given


def slug(heading: str) -> str:
    """The anchor of a heading, as GitHub makes it.

    >>> slug("Not promised, or not known")
    'not-promised-or-not-known'
    """
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _headings(tokens: list[Token]) -> tuple[str, list[Heading]]:
    """Take the title off the tokens and give each heading its anchor."""
    title, found, taken = "", [], set[str]()
    for index, token in enumerate(list(tokens)):
        if token.type != "heading_open":
            continue
        words = "".join(child.content for child in tokens[index + 1].children or ())
        if token.tag == "h1":
            title = words
            continue
        anchor = slug(words)
        while anchor in taken:
            anchor += "-1"
        taken.add(anchor)
        token.attrSet("id", anchor)
        if token.tag in {"h2", "h3"}:
            found.append(Heading(int(token.tag[1]), anchor, words))
    first = next((index for index, token in enumerate(tokens) if token.tag == "h1"), None)
    if first is not None:
        del tokens[first : first + 3]
    return title, found


def _linked(
    children: Sequence[Token], folder: str, page_of: Callable[[str], str | None], anchors: set[str]
) -> list[Token]:
    """The tokens of a line with links that lead somewhere."""
    linked: list[Token] = []
    left: list[str | None] = []
    """For each open link: what is said of its file behind it; None for one that stays a link."""
    for index, token in enumerate(children):
        if token.type == "link_open":
            target = str(token.attrGet("href"))
            stays = target.startswith(_OUTSIDE) or (target.startswith("#") and target[1:] in anchors)
            if stays:
                left.append(None)
                linked.append(token)
                continue
            path = posixpath.normpath(posixpath.join(folder, target.partition("#")[0]))
            shown = children[index + 1].content
            left.append(path if posixpath.basename(path) != shown else "")
            if left[-1] == "":
                # The link shows the file's own name: the path says all of it.
                linked.append(_code(path))
        elif token.type == "link_close":
            path_said = left.pop()
            if path_said is None:
                linked.append(token)
            elif path_said:
                linked.extend((_text(" ("), _code(path_said), _text(")")))
        elif left and left[-1] == "":
            continue
        elif token.type == "code_inline" and not left and (page := page_of(token.content)):
            linked.append(_tag("link_open", "a", 1, href=page))
            linked.append(token)
            linked.append(_tag("link_close", "a", -1))
        else:
            linked.append(token)
    return linked


def _text(text: str) -> Token:
    return Token("text", "", 0, content=text)


def _code(text: str) -> Token:
    return Token("code_inline", "code", 0, content=text)


def _tag(kind: str, tag: str, nesting: int, **attributes: str | int | float) -> Token:
    return Token(kind, tag, nesting, attrs=dict(attributes))  # type: ignore[arg-type]
