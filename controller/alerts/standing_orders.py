"""What the commune settles: which bulletin is of which class by which standing order, and its habits."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Annotated, Any

import msgspec

from controller.alerts.cap.message import Certainty, Severity, Urgency
from controller.alerts.policy.levels import DEFAULT_TABLE, ClassRule, Table
from controller.errors import Invalid
from controller.store import alert_settings
from controller.store.database import Connection
from controller.store.people import Account
from devices.clock import Clock
from schedules.priority import BulletinClass

Minutes = Annotated[float, msgspec.Meta(gt=0, le=7 * 24 * 60)]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
RiskLevel = Annotated[int, msgspec.Meta(ge=1, le=5)]


SLOTS = (time(6), time(11, 30), time(17, 30))


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"bulletin_class": "class"}):
    """The first rule that covers a bulletin gives its class; an empty list asks for nothing."""

    bulletin_class: BulletinClass
    standing_order: Text
    levels: tuple[RiskLevel, ...] = ()
    urgencies: tuple[Urgency, ...] = ()
    severities: tuple[Severity, ...] = ()
    certainties: tuple[Certainty, ...] = ()


class StandingOrders(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`slots` are the hours at which an alert of the lowest class is read out; `two_people`: an emergency that is
    written here needs a second person besides its author. `sender` is the commune's own name in CAP."""

    rules: Annotated[tuple[Rule, ...], msgspec.Meta(min_length=1, max_length=100)]
    languages: Annotated[tuple[Text, ...], msgspec.Meta(min_length=1, max_length=10)] = DEFAULT_TABLE.languages
    repeat_minutes: Minutes = DEFAULT_TABLE.repeat / timedelta(minutes=1)
    without_expiry_minutes: Minutes = DEFAULT_TABLE.without_expiry / timedelta(minutes=1)
    news_for_minutes: Minutes = DEFAULT_TABLE.news_for / timedelta(minutes=1)
    answer_within_minutes: dict[BulletinClass, Minutes] = {}
    slots: Annotated[tuple[time, ...], msgspec.Meta(min_length=1, max_length=24)] = SLOTS
    two_people: bool = True
    sender: Annotated[str, msgspec.Meta(pattern=r"^[^\s,<&]{1,200}$")] = "loa-xa"

    @property
    def table(self) -> Table:
        """ValueError where it would leave an alert without a class, an order or a rhythm."""
        within = dict(DEFAULT_TABLE.answer_within) | {
            name: timedelta(minutes=minutes) for name, minutes in self.answer_within_minutes.items()
        }
        return Table(
            tuple(_class_rule(rule) for rule in self.rules),
            self.languages,
            timedelta(minutes=self.repeat_minutes),
            timedelta(minutes=self.without_expiry_minutes),
            timedelta(minutes=self.news_for_minutes),
            answer_within=within,
        )


def _class_rule(rule: Rule) -> ClassRule:
    return ClassRule(
        rule.bulletin_class,
        rule.standing_order,
        frozenset(rule.levels),
        frozenset(rule.urgencies),
        frozenset(rule.severities),
        frozenset(rule.certainties),
    )


def _as_rule(rule: ClassRule) -> Rule:
    return Rule(
        rule.bulletin_class,
        rule.standing_order,
        tuple(sorted(rule.levels)),
        tuple(one for one in Urgency if one in rule.urgencies),
        tuple(one for one in Severity if one in rule.severities),
        tuple(one for one in Certainty if one in rule.certainties),
    )


DEFAULT = StandingOrders(rules=tuple(_as_rule(rule) for rule in DEFAULT_TABLE.rules))


def read_orders(connection: Connection) -> StandingOrders:
    """The commune's own; the default where it has settled nothing."""
    kept = alert_settings.read(connection, alert_settings.STANDING_ORDERS)
    return msgspec.convert(kept, StandingOrders, strict=False) if kept else DEFAULT


def keep_orders(connection: Connection, said: Any, who: Account, clock: Clock) -> StandingOrders:
    """Settles all of them anew. Raises Invalid with what is wrong."""
    try:
        orders = msgspec.convert(said, StandingOrders, strict=False)
        _ = orders.table
    except (msgspec.ValidationError, ValueError) as wrong:
        raise Invalid(
            "bad-standing-orders", "These standing orders cannot be used: {why}", field="rules", why=str(wrong)
        ) from wrong
    alert_settings.keep(connection, alert_settings.STANDING_ORDERS, as_plain(orders), who.id, clock.now())
    return orders


def as_plain(orders: StandingOrders) -> Any:
    return msgspec.to_builtins(orders)
