"""From Chinese government work reports to a warehouse of promises and outcomes."""

from pipelines.compiled import install as _use_compiled

_use_compiled()
