"""What people write for the quote-approval process."""
