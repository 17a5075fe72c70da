"""The adapters that come with the runtime; others are found by their entry points."""
