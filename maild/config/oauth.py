"""[[oauth]]: a grant by which we get access tokens (RFC 6749), for servers that take no passwords."""

from dataclasses import dataclass, field

from maild.config.kinds import MaybeOneLine, OneLine, Slug, TokenUrl


@dataclass(frozen=True, slots=True, kw_only=True)
class OauthSettings:
    """What one [[oauth]] says; secrets come from files or ${ENV}, and are not in the repr.

    With a refresh token the grant is a person's (RFC 6749 §6), without one it is the client's own (§4.4).
    """

    name: Slug
    token_url: TokenUrl
    client_id: OneLine
    client_secret_file: str = ""
    client_secret: str = field(default="", repr=False)
    refresh_token_file: str = ""
    refresh_token: str = field(default="", repr=False)
    scope: MaybeOneLine = ""
