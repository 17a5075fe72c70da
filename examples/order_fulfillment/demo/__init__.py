"""Three orders on a real Temporal, with the faults that a broker and its producers bring: `python -m demo`."""
