"""What a test changes in the middle of an execution as a deployment would. Shared with the sandbox."""

handler_has_bug = False
knows_audits = False
