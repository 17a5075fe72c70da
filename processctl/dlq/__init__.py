"""`processctl dlq`: seeing to dead letters."""
