"""The command line: begin a repo, scaffold what people write, generate, and run it all while developing."""
