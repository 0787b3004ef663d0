"""From Chinese government work reports to a warehouse of promises and outcomes."""
