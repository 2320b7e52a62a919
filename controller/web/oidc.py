"""Coming in by the province's own log-in: OpenID Connect, authorization code with PKCE (RFC 7636), state and nonce.

The provider says who somebody is; what that person may do here is ours to say. A person is known by the provider's
subject; the first time by the username of an account that an administrator has added and that has no password.
"""

from __future__ import annotations

import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from controller.errors import NotFound, NotLoggedIn
from controller.settings import Settings
from controller.store import people
from controller.store.database import Database
from controller.store.people import Account
from controller.store.sealing import Unreadable, seal, unseal
from controller.web.log_in import LogIns, Session
from devices.clock import Clock

BACK = "/login/oidc/back"
PATIENCE = timedelta(minutes=10)
_SECONDS = 10.0
_ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
_TOLERANCE = 60
_PLACE = "oidc"


@dataclass(frozen=True, slots=True)
class Begun:
    """Where to send the browser, and what it brings back in a cookie, sealed."""

    url: str
    cookie: str


class Oidc:
    def __init__(self, settings: Settings, database: Database, clock: Clock, log_ins: LogIns) -> None:
        self._settings = settings
        self._database = database
        self._clock = clock
        self._log_ins = log_ins

    @property
    def is_set_up(self) -> bool:
        return bool(self._settings.oidc_issuer and self._settings.oidc_client_id)

    def begin(self, onwards: str) -> Begun:
        """Raises NotFound where there is no provider, NotLoggedIn where it does not answer."""
        nonce, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
        with self._client() as client:
            there = _found(client, self._issuer)["authorization_endpoint"]
            url, state = client.create_authorization_url(there, nonce=nonce, code_verifier=verifier)
        until = (self._clock.now() + PATIENCE).isoformat()
        kept = {"state": state, "nonce": nonce, "verifier": verifier, "onwards": onwards, "until": until}
        with self._database.read() as connection:
            return Begun(str(url), seal(connection, json.dumps(kept), _PLACE))

    def finish(self, cookie: str, state: str, code: str) -> tuple[Session, str]:
        """The session, and where the person wanted to go. Raises NotLoggedIn for all that is not as it began."""
        kept = self._kept(cookie, state)
        with self._client() as client:
            found = _found(client, self._issuer)
            try:
                token = client.fetch_token(found["token_endpoint"], code=code, code_verifier=kept["verifier"])
                keys = KeySet.import_key_set(client.request("GET", found["jwks_uri"], withhold_token=True).json())
                said = jwt.decode(str(token["id_token"]), keys, algorithms=_ALGORITHMS).claims
                self._check(said, kept["nonce"])
            except (AuthlibBaseError, JoseError, httpx.HTTPError, ValueError, KeyError, TypeError) as wrong:
                raise _refused() from wrong
        return self._log_ins.open(self._person(said)), kept["onwards"]

    def _check(self, said: dict[str, object], nonce: str) -> None:
        now = int(self._clock.now().timestamp())
        registry = jwt.JWTClaimsRegistry(
            now=lambda: now,
            leeway=_TOLERANCE,
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": self._settings.oidc_client_id},
            exp={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        registry.validate(said)

    def _person(self, said: dict[str, object]) -> Account:
        subject, username = f"{self._issuer}|{said['sub']}", str(said.get("preferred_username", "")).strip().lower()
        with self._database.write() as connection:
            if (known := people.by_oidc(connection, subject)) is not None:
                return known
            found = people.by_username(connection, username) if username else None
            if found is None or found[1] or people.is_tied(connection, found[0].id):
                raise NotLoggedIn("unknown-person", "Nobody has added you here yet: ask an administrator.")
            people.tie_to_oidc(connection, found[0].id, subject)
            return found[0]

    def _kept(self, cookie: str, state: str) -> dict[str, str]:
        try:
            with self._database.read() as connection:
                kept: dict[str, str] = json.loads(unseal(connection, cookie, _PLACE))
            late = datetime.fromisoformat(kept["until"]) < self._clock.now()
        except (Unreadable, ValueError, KeyError, TypeError) as wrong:
            raise _refused() from wrong
        if late or not hmac.compare_digest(kept["state"].encode(), state.encode()):
            raise _refused()
        return kept

    @property
    def _issuer(self) -> str:
        return self._settings.oidc_issuer

    def _client(self) -> OAuth2Client:
        if not self.is_set_up:
            raise NotFound("not-found", "There is nothing at this address.")
        secret = self._settings.oidc_client_secret
        return OAuth2Client(
            self._settings.oidc_client_id,
            secret and secret.get_secret_value(),
            scope="openid profile",
            redirect_uri=f"{self._settings.url}{BACK}",
            code_challenge_method="S256",
            timeout=_SECONDS,
            trust_env=False,
        )


def _found(client: OAuth2Client, issuer: str) -> dict[str, str]:
    """What the provider says of itself; it must be the one that is meant (OpenID Connect Discovery §4.3)."""
    try:
        address = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
        said: dict[str, str] = client.request("GET", address, withhold_token=True).raise_for_status().json()
        if said["issuer"] != issuer:
            raise _refused()
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as wrong:
        raise _refused() from wrong
    return said


def _refused() -> NotLoggedIn:
    return NotLoggedIn("oidc-refused", "The other log-in did not work: try again, or use your password here.")
