"""Of a mail that its server does not hand over each of the staff is told, with what a person can do."""

from maild.core.deciding.decide_withheld_mail import REMEDY, decide_withheld_mail
from tests.parts import cases as c


def test_each_of_the_staff_is_told_where_it_lies_and_what_to_do() -> None:
    """Mailbox, folder and UID find it; the server's words are cut, however long they are."""
    told = c.mails(decide_withheld_mail("support", "INBOX", 17, "no " * 999, c.rules()), "withheld_notice")
    assert [mail.to.address for mail in told] == [c.ANNA.address, c.BEN.address]
    facts = told[0].facts
    assert (facts["mailbox"], facts["folder"], facts["uid"], facts["remedy"]) == (
        "support",
        "INBOX",
        17,
        REMEDY,
    )
    assert len(str(facts["error"])) == 500
