"""What people write for the erp-handoff process."""
