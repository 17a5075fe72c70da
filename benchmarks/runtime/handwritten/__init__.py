"""The order process of `examples/order_fulfillment`, as a competent developer writes it by hand."""
