"""`processctl replay`: executions of the past on today's code."""
