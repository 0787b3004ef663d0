"""The shapes of the site's charts: one Vega-Lite specification each, made once by Altair.

A page brings rows and values of its own (`templates/parts.html`); `static/site.js` fills them in, so that
a chart costs a page its numbers and no more. Texts are pairs of languages (`said`), a name in braces is a
value that the page gives, colours are names of custom properties of the style sheet.
"""

from pipelines.publication.site.charts.shapes import shapes

__all__ = ["shapes"]
