"""Everything config.toml says, checked, as one immutable value."""

from dataclasses import dataclass, field
from pathlib import Path

from classifiers.settings import Settings as ClassifierSettings
from maild.config.database import DatabaseSettings
from maild.config.entitlements import EntitlementsSettings
from maild.config.listen import ListenSettings
from maild.config.mailbox import MailboxSettings
from maild.config.oauth import OauthSettings
from maild.config.outgoing import OutgoingSettings
from maild.config.service import ServiceSettings
from maild.core.deciding.assign import Method
from maild.core.deciding.mornings import Mornings
from maild.core.limits import Limits
from maild.core.promising.sla import Policy
from maild.core.staff import StaffMember
from maild.core.understanding.authenticate import ProofSettings
from replies.render import Templates


@dataclass(frozen=True, slots=True)
class Config:
    """The whole config; paths are absolute, passwords resolved and in no repr.

    `version` names this text of the file: decisions are stored with it. `text` is the file as it stands,
    which holds no secret. `folder` is the one it is in. `calendar` is the name of the policy's calendar,
    `time_zone` that of its zone, `language` that of `templates`.
    """

    service: ServiceSettings
    database: DatabaseSettings
    mailbox: tuple[MailboxSettings, ...]
    listen: ListenSettings
    outgoing: OutgoingSettings
    oauth: tuple[OauthSettings, ...]
    staff: tuple[StaffMember, ...]
    proof: ProofSettings
    assignment: Method
    mornings: Mornings
    policy: Policy
    entitlements: EntitlementsSettings
    classifiers: ClassifierSettings
    templates: Templates
    limits: Limits
    version: str
    text: str = field(repr=False)
    folder: Path
    calendar: str
    time_zone: str
    language: str
