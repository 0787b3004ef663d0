"""Step 4b: noun phrases. Cleaning, splitting a coordination, sharing a head, restoring an ellipsis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.extraction.lexicon import Lexicon

_LONGEST_PLACE = 8
_SHORTEST_OPENING = 2
_OPEN_CLOSE = (("(", ")"), ("“", "”"), ("《", "》"))


def clean(name: str, lexicon: Lexicon, *, keep_empty: bool = False) -> str:
    """A noun phrase without edge words, blanks and unpaired brackets.

    Empty when nothing is left, or only a word that measures nothing by itself; `keep_empty` lets such
    a word stand (居民 after the verb of 惠及居民).
    """
    if not name.isprintable():
        name = name.replace("\x01", "").replace("\n", "").replace("\r", "")
    name = name.strip()
    if lexicon.anaphors.get(name) is not None:
        return name
    for _ in range(12):
        left = lexicon.edge_left.at(name)
        right = lexicon.edge_right.at_end(name)
        if (
            left is not None
            and not (left.word == "“" and "”" in name)
            and not (left.word == "(" and ")" in name)
        ):
            name = name[len(left.word) :].lstrip()
        elif (
            right is not None and len(name) > len(right.word) and not name.endswith(lexicon.prefixed_endings)
        ):
            name = name[: -len(right.word)].rstrip()
        else:
            break
    example = lexicon.examples.search(name)
    if example is not None and len(name) - example.end() > 1:
        name = name[example.end() :]
    for opening, closing in _OPEN_CLOSE:
        if (opening in name or closing in name) and name.count(opening) != name.count(closing):
            name = name.replace(opening, "").replace(closing, "")
    return "" if name in lexicon.empty_names and not keep_empty else name


def split_coordination(phrase: str, wanted: int | None, lexicon: Lexicon) -> list[str]:
    """A、B和C -> [A, B, C], with shared heads restored.

    Args:
        phrase: the whole coordination.
        wanted: how many names there must be (as many as there are values), or None for as many as
            the marks give.
        lexicon: the compiled rules.

    Returns:
        The names; a list of one when the phrase can't be split as wanted.
    """
    for _rule_id, pattern, parts in lexicon.expansions:
        if wanted in (None, len(parts)):
            match = pattern.search(phrase)
            if match is not None and "、" not in phrase[: match.start()] + phrase[match.end() :]:
                return [phrase[: match.start()] + part + phrase[match.end() :] for part in parts]
    counted = _under_counted_head(phrase, wanted, lexicon)
    if counted:
        return counted
    pieces = _split_top_level(phrase, "、")
    if wanted is None or len(pieces) < wanted:
        pieces = _split_last(pieces, wanted, lexicon)
    pieces = [piece for piece in (clean(piece, lexicon) for piece in pieces) if piece]
    if wanted is not None and len(pieces) != wanted:
        return [phrase]
    return share_heads(_share_opening(pieces, lexicon), lexicon)


def _share_opening(pieces: list[str], lexicon: Lexicon) -> list[str]:
    """粮食播种面积和产量: a later piece that is only a head takes the opening of the first one.

    So does one that the catalogue knows with that opening only (生产安全事故起数、死亡人数).
    """
    first = pieces[0]
    base = lexicon.per_base.match(first)
    if base is not None:
        return [first] + [
            piece if lexicon.per_base.match(piece) is not None else base.group() + piece
            for piece in pieces[1:]
        ]
    return [first] + [
        _known_with_opening(first, piece, lexicon)
        if lexicon.anaphors.get(piece) is None
        else _with_head(first, piece, lexicon)
        for piece in pieces[1:]
    ]


def _known_with_opening(first: str, piece: str, lexicon: Lexicon) -> str:
    if lexicon.known.is_known(piece) or lexicon.shared_heads.at_end(piece) is None:
        return piece
    cuts = range(len(first) - 1, _SHORTEST_OPENING - 1, -1)
    return next((first[:cut] + piece for cut in cuts if lexicon.known.is_known(first[:cut] + piece)), piece)


def _under_counted_head(phrase: str, wanted: int | None, lexicon: Lexicon) -> list[str]:
    """杨梅、年糕两条全产业链产值 -> 杨梅全产业链产值, 年糕全产业链产值."""
    pieces = _split_last(_split_top_level(phrase, "、"), wanted, lexicon)
    match = lexicon.counted_head.match(pieces[-1]) if len(pieces) > 1 else None
    if match is None or lexicon.count(match["count"]) != len(pieces):
        return []
    return [clean(piece, lexicon) + match["head"] for piece in (*pieces[:-1], match["name"])]


def _split_top_level(phrase: str, mark: str) -> list[str]:
    if mark not in phrase:
        return [phrase]
    pieces: list[str] = []
    depth = begin = 0
    for at, char in enumerate(phrase):
        if char in "(“《":
            depth += 1
        elif char in ")”》":
            depth = max(0, depth - 1)
        elif char == mark and depth == 0:
            pieces.append(phrase[begin:at])
            begin = at + 1
    pieces.append(phrase[begin:])
    return pieces


def _split_last(pieces: list[str], wanted: int | None, lexicon: Lexicon) -> list[str]:
    """Split the last piece at its conjunction, when that gives the number of names wanted."""
    last = pieces[-1]
    for conjunction in lexicon.words.conjunctions:
        at = _conjunction(last, conjunction, lexicon)
        if at < 0 and wanted is not None:
            at = last.find(conjunction)
        if 0 < at < len(last) - len(conjunction):
            if wanted is None and len(pieces) == 1 and lexicon.known.is_known(last):
                return pieces
            halves = [last[:at], last[at + len(conjunction) :]]
            if wanted is None or len(pieces) + 1 == wanted:
                return pieces[:-1] + halves
    return pieces


def _conjunction(phrase: str, conjunction: str, lexicon: Lexicon) -> int:
    """Where a conjunction stands that is no part of a catalogued name (软件和信息服务业营业收入和旅游收入)."""
    at = phrase.find(conjunction)
    while at >= 0 and lexicon.known.covers(phrase, at, at + len(conjunction)):
        at = phrase.find(conjunction, at + 1)
    return at


def share_heads(pieces: list[str], lexicon: Lexicon) -> list[str]:
    """Give each name the head that only the last one prints: A、B增加值 -> A增加值、B增加值."""
    if len(pieces) < 2:
        return pieces
    head = lexicon.shared_heads.at_end(pieces[-1])
    if head is None or head.word == pieces[-1]:
        return pieces
    return [
        piece if _has_own_head(piece, head.word, lexicon) else piece + head.word for piece in pieces[:-1]
    ] + [pieces[-1]]


def _has_own_head(piece: str, shared: str, lexicon: Lexicon) -> bool:
    if lexicon.known.is_known(piece) and (
        piece not in lexicon.thing_heads or not lexicon.known.is_known(piece + shared)
    ):
        return True
    own = lexicon.shared_heads.at_end(piece)
    return own is not None and own.word not in lexicon.thing_heads


def join_subject(subject: str, anaphor: str, lexicon: Lexicon) -> str:
    """增速 after 规上工业增加值 -> 规上工业增加值增速; a head that the subject ends with is not repeated."""
    if not subject or subject.endswith(anaphor):
        return subject or anaphor
    if lexicon.anaphors.get(anaphor) is None:
        return anaphor
    if anaphor in lexicon.prefixed_anaphors:
        return subject if anaphor in subject else anaphor + without_verb(subject, lexicon)
    if lexicon.anaphors.get(subject) is not None:
        # 办结率99%，满意率96%: a head beside another one, not after it.
        return anaphor
    if anaphor in lexicon.stock_anaphors:
        subject = stock(subject, lexicon)
        if subject.endswith(lexicon.stock_endings):
            # 高新技术企业数量翻番，总数突破1200家: all there is has its word already.
            return subject
    return (
        subject + anaphor if anaphor in lexicon.appended_anaphors else _with_head(subject, anaphor, lexicon)
    )


def _with_head(name: str, head: str, lexicon: Lexicon) -> str:
    """The opening of a name with another head: 粮食播种面积 and 产量 -> 粮食产量."""
    for cut in range(len(name) - 1, 1, -1):
        if lexicon.known.is_known(name[:cut] + head):
            return name[:cut] + head
    own = lexicon.shared_heads.at_end(name)
    return name[: -len(own.word)] + head if own is not None and len(own.word) < len(name) else name + head


def per_head_first(name: str, lexicon: Lexicon) -> str:
    """地区生产总值人均 -> 人均地区生产总值: what stands between a name and its number, where names have it."""
    if not name.endswith(lexicon.prefixed_endings):
        return name
    per_head = next(word for word in lexicon.prefixed_endings if name.endswith(word))
    return per_head + name[: -len(per_head)]


def with_verb(verb: str, name: str) -> str:
    """The name with the verb that says which flow is counted, not repeated."""
    return name if name.startswith(verb) else verb + name


def opens_with_flow(name: str, lexicon: Lexicon) -> bool:
    """Whether a name begins with a verb that says what was added; 建成区面积 only looks like it."""
    return lexicon.additive_opening.match(name) is not None and lexicon.not_lead.at(name) is None


def without_verb(subject: str, lexicon: Lexicon) -> str:
    """A subject without the verb that counted it: 新增上市公司 -> 上市公司."""
    verb = lexicon.any_verb.at(subject)
    if verb is None or lexicon.known.is_known(subject) or len(subject) - len(verb.word) < 2:
        return subject
    return subject[len(verb.word) :]


def twin(name: str, subjects: Sequence[str], lexicon: Lexicon) -> str:
    """支出 after 一般公共预算收入 -> 一般公共预算支出: a lone head whose name the one before it gives; else ''.

    So is 死亡人数 after 生产安全事故起数, which the catalogue knows with that opening only.
    """
    head = lexicon.shared_heads.at_end(name)
    if not subjects or head is None or lexicon.known.is_known(name):
        return ""
    if head.word != name:
        opened = _known_with_opening(subjects[-1], name, lexicon)
        return "" if opened == name else opened
    own = lexicon.shared_heads.at_end(subjects[-1])
    if own is None or len(own.word) == len(subjects[-1]):
        return ""
    joined = subjects[-1][: -len(own.word)] + name
    return joined if lexicon.known.is_known(joined) else ""


def stock(subject: str, lexicon: Lexicon) -> str:
    """All there is of what was added: 新增国家级高新技术企业 -> 国家级高新技术企业.

    A flow that can't be told from its verb stays (新增就业): what remains must count things of its own.
    """
    verb = lexicon.additive_opening.match(subject)
    rest = "" if verb is None else subject[verb.end() :]
    head = lexicon.shared_heads.at_end(rest)
    counts = head is not None and head.word in lexicon.thing_heads
    return rest if counts or lexicon.known.is_known(rest) else subject


def join_compound(subject: str, generic: str, lexicon: Lexicon) -> str:
    """规上工业企业 and 增加值 -> 规上工业增加值: the subject's thing word gives way to the object."""
    subject = without_verb(subject, lexicon)
    thing = next((word for word in lexicon.compound_drops if subject.endswith(word)), "")
    return (subject[: -len(thing)] if thing and len(subject) > len(thing) + 1 else subject) + generic


def noun_after(text: str, lexicon: Lexicon, *, governed: bool) -> tuple[str, str]:
    """The noun after a number with a classifier, and the predicate that follows it.

    `项目获国家科学技术奖` -> (`项目`, `获国家科学技术奖`). Where a verb stands before the number
    (`governed`), the text after it starts with a noun even if it looks like a verb (5家上市公司).
    """
    if text[:1] in lexicon.words.noun_breaks:
        return "", ""
    for match in lexicon.stops.finditer(text):
        at = match.start()
        if at == 0 and not governed and lexicon.not_stops.at(text) is None:
            return "", text
        if (
            at == 0
            or lexicon.not_stops.at(text, at) is not None
            or lexicon.known.covers(text, at, match.end())
        ):
            continue
        return clean(text[:at], lexicon, keep_empty=governed), text[at:]
    return clean(text, lexicon, keep_empty=governed), ""


def split_places(phrase: str, lexicon: Lexicon, within: str) -> tuple[list[str], str] | None:
    """南京、苏州两市地区生产总值 -> ([南京, 苏州], 地区生产总值); None when it does not open with places.

    `within` is the place of the document: it decides between places of one name.
    """
    place = lexicon.catalogue.place
    if not lexicon.catalogue.may_begin_with_place(phrase):
        return None
    pieces = _split_top_level(phrase, "、")
    pieces = _split_last(pieces, len(pieces) + 1, lexicon)
    places = pieces[:-1]
    if any(place(piece, within) is None for piece in places):
        return None
    last = pieces[-1]
    lengths = [
        length
        for length in range(min(len(last), _LONGEST_PLACE), 1, -1)
        if place(last[:length], within) is not None and not lexicon.place_keeps.match(last[length:])
    ]
    lengths.sort(key=lambda length: not lexicon.known.is_known(last[length:]))
    for length in lengths:
        rest = last[length:]
        if places:
            count = lexicon.place_count.match(rest)
            rest = rest[count.end() :] if count is not None else rest
        elif rest and not lexicon.known.is_known(rest):
            return None
        return [*places, last[:length]], rest
    return None
