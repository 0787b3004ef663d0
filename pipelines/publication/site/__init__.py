"""The site: pages made from the published tables, one version's pages inside that version.

The way the data goes: `source.py` asks the published DuckDB file (`sql/*.sql`), `pages/*.py` shape what a
page shows, `templates/*.html` say how, `static/` holds style and script, `words/*.yml` every label in both
languages, `charts/` the shapes of the charts, `write.py` puts the files into place.
"""
