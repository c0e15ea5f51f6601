"""An account at the provider: its client, its answers as our errors, and the proof of its calls."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import parse_qs, urlsplit

from clerkwork.adapters.channels.telephone.plan import Twilio
from clerkwork.errors import (
    ApplicationError,
    BusinessError,
    ChannelDown,
    ClerkworkError,
    MessageRefused,
    SignInRefused,
    Undecided,
)
from clerkwork.ports import Vault

if TYPE_CHECKING:
    from twilio.base.exceptions import TwilioRestException
    from twilio.rest import Client

__all__ = ["GONE", "Account", "refusal"]

GONE = frozenset(
    {
        21211,  # no telephone number
        21214,  # cannot be called
        21217,  # no telephone number (calls)
        21421,  # no telephone number
        21610,  # he has said STOP to this sender
        21612,  # cannot be reached from this sender
        21614,  # no mobile number
        21635,  # a landline
        30004,  # he blocks messages
        30005,  # unknown, or not in service any more
        30006,  # a landline, or a carrier that cannot be reached
        63003,  # not on WhatsApp
        63024,  # no recipient
        63033,  # he has blocked us on WhatsApp
    }
)
"""Errors of Twilio after which this number, by this channel, is given up for good."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Asks Twilio; its client is made once it is needed, because it takes a second to import."""

    plan: Twilio
    vault: Vault = field(repr=False)
    pause: Callable[[float], None]
    """Waits that many seconds."""

    def ask(self, question: Callable[[Client], T]) -> T:
        """The answer. Raises `ChannelDown`, `Undecided`, `MessageRefused`, `SignInRefused`."""
        from twilio.base.exceptions import TwilioException, TwilioRestException

        try:
            return question(self._client())
        except TwilioRestException as error:
            raise refusal(error) from None
        except (TwilioException, json.JSONDecodeError) as error:
            # What cannot be understood was answered once it had been taken, perhaps.
            raise Undecided(f"Twilio's answer cannot be understood: {error}") from error

    def ask_patiently(self, question: Callable[[Client], bool | None], age: float) -> bool | None:
        """Whether it is so. Of what is `age` seconds old, a 'no' counts once `patience` is over.

        None where Twilio cannot be asked: then nobody knows, until it reports by itself.
        """
        until = time.monotonic() + self.plan.patience - age
        while True:
            try:
                found = self.ask(question)
            except (ApplicationError, BusinessError):
                return None
            if found is not False or time.monotonic() >= until:
                return found
            self.pause(1.0)

    def callback(self, path: str) -> str:
        """The address of a page of ours, as Twilio reaches it; empty if it reaches none."""
        base = self.plan.callbacks.rstrip("/")
        return f"{base}{path}" if base else ""

    def is_signed(
        self, path: str, said: Mapping[str, str] | str, signature: str, settings: str = ""
    ) -> bool:
        """Whether a request to a page of ours comes from Twilio (`X-Twilio-Signature`).

        The signature is HMAC-SHA1 under the account's token of the address, as Twilio was given
        it, with the fields in order. Where `settings` (X-Twilio-Webhooks-Signature-Settings) name
        a shared key, it is by that key and what they say, such as HMAC-SHA256. `said` are the
        fields of a form, or a JSON body, for which the address has to hold its `bodySHA256`.
        `path` holds the query, if there was one.
        """
        from twilio.request_validator import RequestValidator, get_signature_algorithm

        key = self.plan.shared_key if settings else self.plan.token
        if not (signature and self.plan.callbacks and key):
            return False
        if isinstance(said, str) and "bodySHA256" not in parse_qs(urlsplit(path).query):
            # Nothing that is signed would say what the body is.
            return False
        checks = RequestValidator(self.vault.get(key).value)
        fields = said if isinstance(said, str) else dict(said)
        algorithm = get_signature_algorithm(settings)
        return bool(checks.validate(self.callback(path), fields, signature, algorithm))

    def _client(self) -> Client:
        from twilio.rest import Client

        from clerkwork.adapters.channels.telephone.line import Line

        client = Client(
            self.vault.get(self.plan.account).value,
            self.vault.get(self.plan.token).value,
            http_client=Line(self.plan.timeout, self.plan.authority, self.pause),
            # What stands in this machine's environment is not asked.
            environment={"": ""},
        )
        client.api.base_url = self.plan.address.rstrip("/")
        return client


def refusal(error: TwilioRestException) -> ClerkworkError:
    """What an answer other than 2xx means; a 4xx means that nothing was taken."""
    told = f"Twilio answered {error.status} {error.code}: {' '.join(str(error.msg).split())[:200]}"
    if error.status == 401:
        return SignInRefused(f"{told}. Check the account and its token in the vault")
    if error.code in GONE:
        return MessageRefused(told)
    if error.status >= 500:
        return Undecided(told)
    if error.status == 429:
        return ChannelDown(f"{told}. It was asked several times; the next run goes on")
    return ChannelDown(f"{told}. See what it says of this account and its senders")
