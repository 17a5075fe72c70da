"""`processctl breaking`: what a change of contracts means for running executions and for peers."""
