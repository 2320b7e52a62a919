"""Changing accounts in a running Mosquitto."""

from __future__ import annotations

import itertools
import json
import threading
from dataclasses import replace

from controller.fleet.broker import dynsec
from controller.fleet.broker.errors import NotObeyed
from devices.clock import Clock
from devices.link.mqtt import MqttLink
from devices.link.port import Inbound
from devices.link.settings import MqttSettings

PATIENCE = 5.0
"""Seconds that the broker may take to answer."""


class DynsecLink:
    """A connection of the account that may change accounts. One question at a time."""

    def __init__(self, settings: MqttSettings, clock: Clock) -> None:
        self._link = MqttLink(
            replace(settings, keep_session=False),
            self._deliver,
            clock=clock,
            on_connected=lambda: self._connected.set(),
        )
        self._link.subscribe(dynsec.RESPONSE)
        self._connected = threading.Event()
        self._numbers = itertools.count(1)
        self._one_at_a_time = threading.Lock()
        self._answered = threading.Event()
        self._asked = ""
        self._answer: list[dynsec.Document] = []

    @property
    def trouble(self) -> str:
        return self._link.trouble

    def start(self) -> None:
        self._link.start()

    def stop(self) -> None:
        self._link.stop()

    def wait_connected(self, seconds: float) -> bool:
        return self._connected.wait(seconds)

    def tell(self, commands: list[dynsec.Document]) -> None:
        """Returns when it is done; NotObeyed says why it is not."""
        with self._one_at_a_time:
            self._link.check()
            if not self._connected.wait(PATIENCE):
                raise NotObeyed(f"The broker's accounts cannot be changed: {self._link.trouble or 'it is away'}.")
            self._asked = f"loa-{next(self._numbers)}"
            self._answered.clear()
            marked = [{**command, "correlationData": self._asked} for command in commands]
            self._link.publish(dynsec.CONTROL, json.dumps({"commands": marked}).encode())
            if not self._answered.wait(PATIENCE):
                raise NotObeyed("The broker did not answer; is its dynamic security plugin loaded?")
            if wrong := dynsec.refusals(self._answer):
                raise NotObeyed(f"The broker refused to change an account: {'; '.join(wrong)}.")

    def _deliver(self, message: Inbound) -> None:
        try:
            answer = json.loads(message.payload)["responses"]
            ours = [response for response in answer if response.get("correlationData") == self._asked]
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return
        if ours:
            self._answer = ours
            self._answered.set()
