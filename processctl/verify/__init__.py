"""`processctl verify`: every gate of a repo in one command."""
