"""Accepts every positive amount."""

from payment_request.workflow import PaymentRequestProcess
from payments.v1.payment_request_process_pb2 import PaymentRequestResultV1, PaymentRequestStartV1


class PaymentRequest(PaymentRequestProcess):
    """One request."""

    async def run(self, start: PaymentRequestStartV1) -> PaymentRequestResultV1:
        """Decide at once."""
        return PaymentRequestResultV1(accepted=start.request_payment.cents > 0)
