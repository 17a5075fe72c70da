"""Where facts go: publishers, found by entry points of the group ``process_runtime.fact_publishers``."""

from process_runtime.publishers.publisher import (
    ENTRY_POINT_GROUP,
    STREAMS,
    Fact,
    Publisher,
    PublisherOptions,
    PublishError,
)

__all__ = ["ENTRY_POINT_GROUP", "STREAMS", "Fact", "PublishError", "Publisher", "PublisherOptions"]
