"""Changing accounts in a running Mosquitto."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Collection
from dataclasses import replace

from controller.fleet.broker import dynsec
from controller.fleet.broker.access import Principal
from controller.fleet.broker.errors import NotObeyed
from devices.clock import Clock
from devices.link.mqtt import MqttLink
from devices.link.port import REFUSED, Inbound
from devices.link.settings import MqttSettings

PATIENCE = 5.0
"""Seconds that the broker may take to answer."""
GLANCE = 0.05


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
        """False when there is no connection by then, or as soon as the broker refuses us."""
        for _ in range(int(seconds / GLANCE)):
            if self._connected.wait(GLANCE):
                return True
            if self._link.trouble.startswith(REFUSED):
                return False
        return False

    def renew(self, principals: Collection[Principal]) -> None:
        """See `Broker.renew`; NotObeyed says why it is not done. What is as it should be is left alone: the broker
        writes all its accounts anew at each change."""
        found: list[dynsec.Document] = []
        while len(page := dynsec.listed(self.tell(dynsec.list_roles(len(found))))) == dynsec.PAGE:
            found += page
        commands = dynsec.renew(principals, [*found, *page])
        for begin in range(0, len(commands), dynsec.PAGE):
            self.tell(commands[begin : begin + dynsec.PAGE])

    def tell(self, commands: list[dynsec.Document]) -> list[dynsec.Document]:
        """What it answers when it is done; NotObeyed says why it is not."""
        with self._one_at_a_time:
            self._link.check()
            self._asked = f"loa-{next(self._numbers)}"
            self._answered.clear()
            if not self._ask(commands):
                trouble = self._link.trouble or "is its dynamic security plugin loaded?"
                raise NotObeyed(f"The broker did not answer when an account was to be changed: {trouble}")
            if wrong := dynsec.refusals(self._answer):
                raise NotObeyed(f"The broker refused to change an account: {'; '.join(wrong)}.")
            return self._answer

    def _ask(self, commands: list[dynsec.Document]) -> bool:
        """True when there was an answer. Asked again over every new connection: the old may have lost the question."""
        marked = [{**command, "correlationData": self._asked} for command in commands]
        question, asked_over = json.dumps({"commands": marked}).encode(), 0
        for _ in range(int(PATIENCE / GLANCE)):
            connection = self._link.counts.connections
            if self._link.connected and connection != asked_over:
                self._link.publish(dynsec.CONTROL, question)
                asked_over = connection
            if self._answered.wait(GLANCE):
                return True
        return False

    def _deliver(self, message: Inbound) -> None:
        try:
            answer = json.loads(message.payload)["responses"]
            ours = [response for response in answer if response.get("correlationData") == self._asked]
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return
        if ours:
            self._answer = ours
            self._answered.set()
