"""Classes that extend what must not be used."""

# replay: not-run because it is about how lines are judged, and starts nothing

import threading

from django.db import models
from pydantic_settings import BaseSettings
from shop.models import Customer
from temporalio import workflow


class Settings(BaseSettings):
    region: str


class Pump(threading.Thread): ...


class Order(models.Model): ...


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> object:
        Pump()  # want: DET009
        Order.objects.get(id=1)  # want: DET007
        Customer.objects.filter(id=1)  # want: DET007
        return Settings()  # want: DET005
