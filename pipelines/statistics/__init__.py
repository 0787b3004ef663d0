"""Published tables -> observations with vintages."""
