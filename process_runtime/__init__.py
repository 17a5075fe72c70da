"""What generated code stands on: the workflow side, the worker, the ingress, and tools to test them."""
