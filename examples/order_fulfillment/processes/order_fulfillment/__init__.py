"""What people write for the order-fulfillment process."""
