"""Step 4c: whose figure it is, where the doer of a verb says so.

高新区完成固定资产投资210亿元 is the zone's investment, 高新技术企业实现工业总产值1200亿元 those enterprises' output:
neither may pass for the figure of the whole place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.extraction import names
from pipelines.extraction.predicates import Lead, read_lead

if TYPE_CHECKING:
    from pipelines.extraction.lexicon import Lexicon
    from pipelines.extraction.readings import Named, Site


def add_performer(site: Site, lead: Lead, named: Named) -> None:
    """Make the doer of 实现 or 完成 the place of a reading, or the opening of its name."""
    lexicon = site.lexicon
    if not lead.head or lead.verb not in lexicon.performing_verbs or named.areas:
        return
    doer = names.clean(read_lead(lead.head, lexicon).rest, lexicon)
    if not doer or doer in named.names[0]:
        return
    if lexicon.whole_part.fullmatch(doer) is not None:
        named.areas = [doer]
        return
    placed = names.split_places(doer, lexicon, site.context.ref_area)
    if placed is not None:
        named.areas = [] if placed[1] else placed[0]
    elif doer.endswith(lexicon.performers) and len(named.names) == 1:
        named.names = [_joined(doer, named.names[0], lexicon)]


def _joined(doer: str, name: str, lexicon: Lexicon) -> str:
    """规上工业企业 and 工业增加值 -> 规上工业增加值; 高新技术企业 and 工业总产值 -> 高新技术企业工业总产值."""
    thing = next((word for word in lexicon.compound_drops if doer.endswith(word)), "")
    bare = doer[: len(doer) - len(thing)]
    for length in range(min(len(bare), len(name)), 1, -1):
        if bare.endswith(name[:length]):
            return bare[:-length] + name
    return doer + name
