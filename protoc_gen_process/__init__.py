"""The protoc plugin: annotated descriptors in, a running process's code out."""
