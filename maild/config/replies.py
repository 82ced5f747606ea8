"""[replies]: the words of our mails."""

from dataclasses import dataclass

from maild.config.kinds import Slug


@dataclass(frozen=True, slots=True, kw_only=True)
class RepliesSettings:
    """What [replies] says; templates found in `folder` take the place of the shipped ones of that name."""

    language: Slug = "en"
    folder: str = ""
