"""The commands of `gwr`, one file for each kind of work; importing a module registers its commands."""
