"""Made-up work reports whose truth is known: how reading at scale is measured, and checked at scale.

`reports.generate` gives texts with the statements that they assert, in a fixed order; `folder.write` puts
them into a raw/ folder with gold files beside; `scoring` reads them and counts what was found. Words and
shapes are data in `rules/`, places and names come from the seeds; no sentence is taken from a report.
"""
