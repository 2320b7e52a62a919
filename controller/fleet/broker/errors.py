"""Why there is no broker, or why it did not do as told.

BrokerError
├── BadBrokerUrl      the address of a foreign broker cannot be understood
├── ProgramMissing    the broker's program or its plugin is not installed
├── NotStarted        it did not come up
└── NotObeyed         it runs, but did not change an account
"""

from __future__ import annotations


class BrokerError(Exception):
    """The message says in one sentence what is wrong and what to do."""


class BadBrokerUrl(BrokerError):
    pass


class ProgramMissing(BrokerError):
    pass


class NotStarted(BrokerError):
    pass


class NotObeyed(BrokerError):
    pass
