"""The SDK's rules of practice: what a replay survives, and a process in production does not."""
