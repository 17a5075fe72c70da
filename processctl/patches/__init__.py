"""`processctl patches`: which patches there are in a repo, and when each can go."""
