"""One automatic mail to the requester, or why there is none."""

from dataclasses import replace

import pytest

from maild.core.actions import KeepSilent, QueueReply
from maild.core.deciding.tell_requester import tell_requester
from maild.core.incident import Incident
from maild.core.reasons import because
from tests.parts import cases as c
from tests.parts.messages import ALICE

SUPPRESSED = c.incident(
    parties=tuple(replace(party, suppressed="complaint") for party in c.incident().parties)
)


def test_the_requester_reads_it_in_their_thread() -> None:
    """As an automatic mail, which the caps hold."""
    mail = tell_requester(c.incident(proven=True), "closed", {"subject": "x"})
    assert isinstance(mail, QueueReply)
    assert (mail.kind, mail.to, mail.audience, mail.automatic) == ("closed", ALICE, "customer", True)
    assert (mail.in_reply_to, mail.proven, mail.facts) == ("<1@example.net>", True, {"subject": "x"})


@pytest.mark.parametrize("incident", [c.incident(unanswerable=because("no_ack_dmarc")), SUPPRESSED])
def test_who_must_not_be_mailed_is_not_and_it_is_written_down(incident: Incident) -> None:
    """A forger, a machine, a dead address (invariant I9)."""
    silence = tell_requester(incident, "pre_closed", {})
    assert isinstance(silence, KeepSilent)
    assert (silence.kind, silence.reason) == ("pre_closed", incident.silence)
