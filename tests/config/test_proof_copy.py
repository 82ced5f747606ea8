"""Proof copies need an address and a folder of their own, and both are told when one is missing."""

from pathlib import Path

import pytest

from tests.parts.configs import MAILBOX, SMALLEST, config_from, problems_of

RELAY = '\n[outgoing]\ntransport = "smtp"\nhost = "smtp.example.com"\n'
COPY = 'proof_copy = "proofs@example.com"\n'
FOLDER = MAILBOX.replace('"support"', '"proofs"').replace("since", 'folder = "Proofs"\nproof = true\nsince')


def test_an_address_and_a_folder_make_proof_copies(tmp_path: Path) -> None:
    """Beside the mailbox that is read, in the same account if need be."""
    config = config_from(tmp_path, SMALLEST + RELAY + COPY + MAILBOX + FOLDER)
    assert config.outgoing.proof_copy == "proofs@example.com"
    assert [box.proof for box in config.mailbox] == [False, True]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (RELAY + COPY, "outgoing.proof_copy: needs a [[mailbox]] with proof = true"),
        (RELAY + FOLDER, "outgoing.proof_copy: is missing; a [[mailbox]] with proof = true"),
        ("\n[outgoing]\n" + COPY + FOLDER, 'outgoing.proof_copy: is for transport = "smtp"'),
        (
            RELAY + COPY.replace("proofs@", "Support@") + FOLDER,
            "outgoing.proof_copy: Support@example.com is an address of [service]",
        ),
        (
            RELAY + COPY + FOLDER + FOLDER.replace('"proofs"', '"more"').replace("Proofs", "More"),
            "mailbox[2].proof: is true for two mailboxes",
        ),
        (RELAY + 'proof_copy = "proofs"\n' + FOLDER, "outgoing.proof_copy: must be a mail address"),
    ],
)
def test_a_mistake_is_one_line(tmp_path: Path, text: str, problem: str) -> None:
    """At the key that is wrong."""
    (found,) = problems_of(tmp_path, SMALLEST + text)
    assert problem in found
