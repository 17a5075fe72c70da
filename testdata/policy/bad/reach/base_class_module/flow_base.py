import secrets


class TracedFlow:
    def trace_id(self) -> str:
        return secrets.token_hex(8)  # want: DET003
