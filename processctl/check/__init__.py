"""`processctl check`: workflow code against the rules of `process_policy`."""
