"""What people write for the incident-triage process."""
