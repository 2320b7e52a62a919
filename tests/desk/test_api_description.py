"""Whatever the description of the API allows, and much that it does not, is answered without a fault of ours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings

from controller.store.people import Role
from controller.town import Town
from schedules.programme import AreaId
from schedules.timespan import COMMUNE_ZONE

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=COMMUNE_ZONE)
PASSWORD = "mật khẩu đủ dài"
ENDLESS = "/api/v1/events"
EXAMPLES = 5


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with Town(tmp_path_factory.mktemp("town"), NOW, villages={AreaId("thon-1"): 1}) as built:
        yield built


@pytest.fixture(scope="module")
def token(town: Town) -> str:
    """A program's, so that no example logs it out."""
    accounts = town.app.access.accounts
    quan = town.app.access.add_account("quan", "Quân", PASSWORD, frozenset({Role.ADMINISTRATOR}))
    return accounts.make_token(quan, "examples", frozenset(Role), 30)[1]


@pytest.mark.long
@pytest.mark.timeout(480)
def test_no_request_makes_the_server_stumble(town: Town, token: str) -> None:
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", town.app.site)
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) > 90
    stumbled: list[str] = []
    for operation in operations:
        if operation.path != ENDLESS:
            try_out(operation, token, stumbled)
    assert not stumbled, "\n".join(dict.fromkeys(stumbled))


def try_out(operation: schemathesis.APIOperation, token: str, stumbled: list[str]) -> None:
    @given(case=operation.as_strategy())
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def answered(case: schemathesis.Case) -> None:
        answer = case.call(headers={"Authorization": f"Bearer {token}"})
        if answer.status_code >= 500:
            stumbled.append(f"{operation.label}: {answer.status_code} {case.as_curl_command()[:600]}")

    answered()
