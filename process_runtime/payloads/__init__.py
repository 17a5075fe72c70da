"""What happens to payloads on their way to Temporal: encoded, bounded, encrypted, kept outside the history.

:func:`process_runtime.converter.data_converter` puts the parts together.
"""
