"""The words of mail servers that could not deliver: data for bounce.py, case-folded."""


def _phrases(piped: str) -> tuple[str, ...]:
    """Return the phrases that `|` separates."""
    return tuple(piped.split("|"))


# Who writes delivery reports, as From shows it.
REPORTERS: frozenset[str] = frozenset(
    _phrases(
        "mail delivery system|mail-daemon|maildeliverysystem|mailer-daemon|mailerdaemon|postmaster|post_master"
    )
)

# Subjects of delivery reports; they count only together with a reporter or an empty envelope sender.
SUBJECTS: tuple[str, ...] = _phrases(
    "undeliver|undelivered|delivery status notification|delivery failure|delivery failed|"
    "failure notice|mail delivery failed|mail delivery failure|returned mail|returned to sender|"
    "returning message to sender|delivery report|delivery has failed|delivery problem|"
    "delivery notification|mail system error|mail delivery system|nondeliverable|non-delivery|"
    "non delivery|message not delivered|user unknown|permanent error|could not be delivered|"
    "mail error|warning: could not send|delayed mail|mail failure|unzustellbar|nicht zustellbar|"
    "zustellung|échec de la remise|non remis|no se puede entregar|no entregado|mancato recapito|"
    "não entregue|onbestelbaar|olevererbart|доставк|配信|退信|delivery error"
)

# What the text of a delivery report says of the mail.
FAILED: tuple[str, ...] = _phrases(
    "could not be delivered|couldn't be delivered|wasn't able to deliver|was not able to deliver|"
    "unable to deliver|failed permanently|transcript of session follows|permanent error|"
    "permanent fatal errors|did not reach|"
    "could not be reached|error delivering|undeliverable|delivery to the following|was rejected|"
    "address failed|address(es) failed|were rejected|cannot be delivered|has failed|not delivered|"
    "error occurred while trying to deliver|was undeliverable|delivery failed|has been returned|"
    "user unknown|unknown user|no such user|failed addresses|delivery attempt|following recipient|"
    "delivery error"
)
DELAYED: tuple[str, ...] = _phrases(
    "has not yet been delivered|will be retried|still being retried|will keep trying|"
    "delivery is delayed|has been delayed|delivery attempts will continue|"
    "you do not need to resend|status notification (delay)|gmail will retry|will continue to try|"
    "delayed mail|warning message only"
)

# Where the mail that came back begins.
RETURNED: tuple[str, ...] = _phrases(
    "this is a copy of the message|original message|the header of the original|"
    "message headers follow|below this line is a copy|unsent message below|message header follows|"
    "original email is attached|returned message|message text follows|your original message|"
    "undelivered message|start of header|unsent message follows|message follows|mail header|"
    "original mail|the following is a copy"
)

# Why it failed. What another mail, another day or another sender could mend:
PASSING: tuple[str, ...] = _phrases(
    "mailbox full|mailbox is full|over quota|overquota|quota exceeded|exceeded storage|"
    "out of storage|storage quota|over its quota|full mailbox|user is full|not enough|"
    "insufficient|disk quota|quota violation|mailbox size limit|inbox is full|is full|too large|"
    "too big|size limit|message size|length exceeds|line limit|exceeds limit|spam|blocked|"
    "bloquee|blacklist|black list|blocklist|block list|reputation|ube,|virus|spf|dkim|dmarc|"
    "unauthenticated|not authenticated|authentication required|authentication failed|reverse dns|"
    "authentication checks|rdns|ptr record|dns ptr|no ptr|helo|relay access|relaying|relay denied|"
    "relay quota|sender address|mail from:<|mailfrom|policy|end of data|reply to data|"
    "policies|content rejected|protocol violation|duplicate header|header error|timed out|"
    "timeout|time out|expired|connection refused|not accept our requests|try again later|again later|socket error|"
    "network is unreachable|unable to connect|couldn't connect|too many hops|loop|rate limit|"
    "rate-limit|too many|frequency|deferred|temporar|not available|unavailable currently|"
    "service currently unavailable|not accepting connections|internal system error|system error|"
    "dns error|dns query failed|frozen|suspended|disabled|inactive|not active|on hold|"
    "no longer on server|procmail|failed to read|pipe to|not a member|are not member|"
    "permission to post|configuration error|this account|client host rejected|not allowed to send|"
    "delivery not authorized|rejected by system"
)

# What nobody can mend but by another address:
LASTING: tuple[str, ...] = _phrases(
    "user unknown|unknown user|no such user|no such recipient|no such mailbox|no mailbox here|"
    "user not exist|user does not exist|does not exist|doesn't exist|not exist|not found|"
    "notfound|invalid recipient|invalid user|invalid mailbox|invalid address|unknown recipient|"
    "recipient unknown|recipient name is not recognized|user not known|unknown local|"
    "unknown address|address unknown|recipient address rejected|address rejected|"
    "mailbox unavailable|mailbox not available|no local mailbox|doesn't have a|isn't a user|"
    "is not a known user|not a valid|no account|account not|not our customer|"
    "userid|no mx record|domain name not found|host unknown|unknown host|host or domain name not found|"
    "domain not found|bad destination|does not accept mail|doesn't accept mail|null mx|"
    "domain is not reachable|no such domain|couldn't find any host|couldn't find a mail exchanger|"
    "wasn't able to establish|has moved|no longer valid|unrouteable address|unroutable|"
    "illegal alias|no such person|bad address syntax|who are you"
)

# Enhanced status codes (RFC 3463) that say so without words.
LASTING_STATUS: frozenset[str] = frozenset(_phrases("5.1.1|5.1.10|5.1.2|5.1.3|5.1.351|5.1.6|5.4.4"))
