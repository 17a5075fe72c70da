"""Two contracts to their changes: a module for each part of a contract, with its rules. Pure."""
