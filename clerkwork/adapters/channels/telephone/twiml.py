"""What is said on the telephone, in the provider's own markup."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Spoken", "twiml_of"]

_SILENCE = 8
"""Seconds in which a key is to be pressed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """Some sentences, and the keys that are waited for; without keys it is the end."""

    says: tuple[str, ...] = ()
    language: str = ""
    """As BCP 47 writes it, e.g. 'nl-NL'."""
    voice: str = ""
    """One of the provider's; empty for its usual one."""
    keys: int = 0
    """Most keys that are pressed; a hash ends them sooner."""
    then: str = ""
    """Address that is told which were pressed, or that none was."""


def twiml_of(spoken: Spoken) -> str:
    """The answer to a request for what to say (https://www.twilio.com/docs/voice/twiml)."""
    from twilio.twiml.voice_response import VoiceResponse

    answer = VoiceResponse()
    style = {"language": spoken.language} | ({"voice": spoken.voice} if spoken.voice else {})
    if not spoken.keys:
        for said in spoken.says:
            answer.say(said, **style)
        answer.hangup()
        return str(answer)
    asking = answer.gather(
        input="dtmf",
        num_digits=spoken.keys,
        timeout=_SILENCE,
        finish_on_key="#",
        action=spoken.then,
        method="POST",
        action_on_empty_result=True,
    )
    for said in spoken.says:
        asking.say(said, **style)
    return str(answer)
