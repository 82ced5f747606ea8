"""Who takes part by their own doing, and which domains stand for nobody."""

import pytest

from maild.core.customer import FREE_MAIL, Party, is_free_mail


def test_whoever_was_only_named_did_nothing() -> None:
    """A requester wrote; who was named in Cc wrote once proven."""
    cc = Party(1, "a@b.example", "", "cc", proven=False)
    assert not cc.wrote
    assert Party(1, "a@b.example", "", "requester", proven=False).wrote


@pytest.mark.parametrize("domain", ["gmail.com", "GMX.de", "mail.ru", "qq.com"])
def test_a_free_mail_domain_is_nobodys(domain: str) -> None:
    """In any case of letters."""
    assert is_free_mail(domain)


def test_a_domain_of_ones_own_is_somebodys() -> None:
    """Whatever it ends in; a part of a free one's name is no free one."""
    assert not any(is_free_mail(domain) for domain in ("shop.example", "mygmail.com", "gmail.com.example"))


def test_the_list_is_written_as_domains_are_compared() -> None:
    """Small letters, a dot, no blanks."""
    assert all(domain == domain.casefold() and "." in domain for domain in FREE_MAIL)
