"""Every performance figure of the documentation has its command here: `python -m benchmarks [NAME ...]`."""
