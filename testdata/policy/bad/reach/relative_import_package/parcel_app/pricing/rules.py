from datetime import datetime


def quote_id() -> str:
    return datetime.now().strftime("%H%M%S%f")  # want: DET001
