"""The words of mail servers that could not deliver: data for the bounce_ files, case-folded."""

from typing import Literal

# What a report can say, in one plain word; bounce_reason.py says of each whether it lasts.
Failure = Literal[
    "user_unknown",
    "host_unknown",
    "moved",
    "not_accepting",
    "mailbox_full",
    "disabled",
    "filtered",
    "too_large",
    "blocked",
    "spam",
    "policy",
    "system",
    "network",
    "expired",
    "unknown",
]


def _phrases(piped: str) -> tuple[str, ...]:
    """Return the phrases that `|` separates."""
    return tuple(piped.split("|"))


# Who writes delivery reports, as From shows it.
REPORTERS: tuple[str, ...] = _phrases(
    "mail delivery s|mail-daemon|maildeliverysystem|mailer-daemon|mailerdaemon|maildaemon|postmaster|"
    "post_master"
)
# Who may write one, and is a person as often; they count only where all else agrees.
DOUBTFUL: tuple[str, ...] = _phrases(
    "system administrator|mail administrator|mail admin|sysadmin|interscan|mailmarshal|mailsweeper|"
    "mdaemon|mail system"
)

# Subjects of delivery reports; they count only together with a reporter or an empty envelope sender.
SUBJECTS: tuple[str, ...] = _phrases(
    "undeliver|undelivered|delivery status|delivery failure|delivery failed|failure notice|"
    "mail delivery|returned mail|returned to sender|returning message to sender|delivery report|"
    "delivery has failed|delivery problem|delivery notification|mail system error|nondeliverable|"
    "non-delivery|non-deliverable|non delivery|not delivered|not be delivered|not been delivered|"
    "user unknown|permanent error|mail error|could not send|delayed mail|mail failure|failed mail|"
    "message failed|failed delivery|failure delivery|[bounce]|bounced mail|returned message|"
    "message returned|mail returned|error sending your mail|mail could not be|unzustellbar|"
    "nicht zustellbar|nicht zugestellt|zustellung|échec de la remise|non remis|non distribué|"
    "no se puede entregar|no entregado|mancato recapito|mancata consegna|não entregue|onbestelbaar|"
    "niet bezorgd|olevererbart|kan inte levereras|kunne ikke leveres|nie dostarczono|niedostarcz|"
    "kézbesíthetetlen|доставк|配信|送信できません|エラーメール|退信|退回|投递|delivery error|"
    "postmaster notify|message rejected|was rejected|can't be delivered|cannot be delivered"
)

# Before the colon: what stands behind it is the reason, not the subject of the mail that came back.
TELLING_SUBJECTS: tuple[str, ...] = _phrases("returned mail|delivery failure")

# What the text of a delivery report says of the mail.
FAILED: tuple[str, ...] = _phrases(
    "could not be delivered|couldn't be delivered|wasn't able to deliver|was not able to deliver|"
    "unable to deliver|failed permanently|transcript of session follows|permanent error|"
    "permanent fatal errors|did not reach|permanent delivery errors|delivery problems|"
    "could not be reached|error delivering|undeliverable|delivery to the following|was rejected|"
    "address failed|address(es) failed|were rejected|cannot be delivered|can't be delivered|"
    "has failed|not delivered|wasn't delivered|could not deliver|couldn't deliver|"
    "error occurred while trying to deliver|was undeliverable|delivery failed|has been returned|"
    "user unknown|unknown user|no such user|failed addresses|delivery attempt|following recipient|"
    "delivery error|could not be sent|non-deliverable|failed to deliver|invalid final delivery|"
    "error while sending|not been delivered|undelivered|nicht zugestellt|送信できません|"
    "配信できません|配送できません|届けることができません|无法投递|未能送达|не доставлено|"
    "не удалось доставить"
)
DELAYED: tuple[str, ...] = _phrases(
    "has not yet been delivered|will be retried|still being retried|will keep trying|"
    "delivery is delayed|has been delayed|delivery attempts will continue|you do not need to resend|"
    "status notification (delay)|gmail will retry|will continue to try|delayed mail|"
    "warning message only|this is a warning message|this is just a warning|will try again for|"
    "not been delivered yet|message is delayed|temporary failure report|will be attempted again"
)

# Where the mail that came back begins.
RETURNED: tuple[str, ...] = _phrases(
    "this is a copy of the message|original message|the header of the original|"
    "message headers follow|below this line is a copy|unsent message below|message header follows|"
    "original email is attached|returned message|message text follows|your original message|"
    "undelivered message|start of header|unsent message follows|message follows|mail header|"
    "original mail|the following is a copy|original e-mail|rejected message|headers of the message|"
    "message begins|returned mail follows|failed message|original header"
)

# Lines of mailing-list managers that refuse a mail to the list (fml writes X-MLServer and From `...-admin@`).
LIST_REFUSED: tuple[str, ...] = _phrases(
    "not member|not a member|is rejected|was rejected|is not accepted|too big|too large|loop alert|"
    "not distributed|no permission"
)

# Which command was refused, in the words of Postfix, Exim, qmail, Sendmail, m-FILTER and others.
AT_RCPT: tuple[str, ...] = _phrases(
    "in reply to rcpt|after rcpt|to rcpt|>>> rcpt|<<< rcpt|rcpt to:<|rcpt command|"
    "does not like recipient|progress was rcpt|--> rcpt|(state 13)|(state 14)|smtp:rcpt|"
    "rejected recipient|following rcpt|smtp command rcpt|recipient was rejected|recipient refused|"
    "(rcpt"
)
AT_DATA: tuple[str, ...] = _phrases(
    "in reply to end of data|in reply to data|after end of data|smtp:data|following data|after data|"
    ">>> data|failed after i sent the message|smtp command data|data command|"
    "progress was end of data|in response to data|(state 17)|(state 18)|--> data"
)
AT_MAIL: tuple[str, ...] = _phrases(
    "in reply to mail from|after mail from|after pipelined mail|>>> mail from|sender was rejected|"
    "smtp command mail"
)
AT_CONNECT: tuple[str, ...] = _phrases(
    "after initial connection|while receiving the initial server greeting|in reply to helo|"
    "in reply to ehlo|after helo|after ehlo|>>> helo|>>> ehlo|refused to talk to me"
)
# A refusal that comes after the mail itself, though no command is named: IronPort's words for it, and the reply of
# a server that had no address to repeat.
AFTER_DATA: tuple[str, ...] = _phrases("other mail system problem|550 : user unknown")

# Why it failed: the first line that has one of its phrases in the server's words decides. What is said for sure
# stands above what many servers say of many things.
SAID: tuple[tuple[Failure, tuple[str, ...]], ...] = (
    (
        "mailbox_full",
        _phrases(
            "mailbox full|mailbox is full|over quota|overquota|over-quota|quota exceeded|"
            "exceeded storage|out of storage|storage quota|storage limit|over its quota|full mailbox|"
            "user is full|quota full|disk quota|quota violation|mailbox size limit|inbox is full|"
            "exceeded quota|exceeds quota|exceeded the quota|exceeded his quota|exceeded its quota|"
            "exceed mailbox quota|exceeded their quota|exceeded the space|no space left for|"
            "not enough space in|not enough storage space|account is full|box full|mail box is full|"
            "boîte pleine|voll ist|quota has been|quota is full|mailbox has exceeded|"
            "mailbox exceeded|too much mail data|exceeded the local limit|mail folder is full|"
            "exceeds allowed size|mailfolder is full|full disk quota|is over the maximum|"
            "メールボックスの容量"
        ),
    ),
    (
        "too_large",
        _phrases(
            "too large|too big|size limit|message size|length exceeds|exceeds limit|max message size|"
            "maximum message size|exceeded maximum inbound message|exceeds maximum|"
            "exceeds the maximum|larger than|exceeded message size|message too long|line limit|"
            "sendsizelimit|size exceeds|recipsizelimit"
        ),
    ),
    (
        "user_unknown",
        _phrases(
            "recipient address rejected: access denied|recipient not found by smtp address lookup|"
            "resolver.adr.recipnotfound|recipientnotfound|adr.exrecipnotfound|user unknown in|"
            "recipient address rejected: user|recipient address rejected: no such|"
            "recipient address rejected: unknown|recipient address rejected: undeliverable|"
            "recipient address rejected: invalid|unknown address error 550|"
            "account that you tried to reach does not exist|no mailbox here by that name"
        ),
    ),
    (
        "moved",
        _phrases(
            "has moved to|have moved to|has been replaced by|new address is|user moved|"
            "recipient has moved|address has changed|changed his address|changed their address|"
            "has moved"
        ),
    ),
    (
        "not_accepting",
        _phrases(
            "mail receiving disabled|no mx found|does not accept mail|doesn't accept mail|"
            "does not accept any mail|does not receive mail|null mx|nullmx|mx of 0|no mx record|"
            "couldn't find a mail exchanger|does not accept e-mail|domain does not send or receive|"
            "server does not accept mail"
        ),
    ),
    (
        "policy",
        _phrases(
            "spf|dkim|dmarc|unauthenticated|not authenticated|authentication required|"
            "authentication failed|authentication checks|smtp authentication|virus|malware|infected|"
            "attachment type|attachments are|attachment is|executable|potential security|"
            "relay access|relaying|relay denied|unable to relay|relay not|not permitted to relay|"
            "rcpthosts|smtp relay error|relay is not|verification failed|relay prohibited|"
            "we do not relay|open relay|sender address|mailfrom|mail from:<|sender rejected|"
            "sender denied|sender domain|domain of sender|sender verify|from address|envelope sender|"
            "client host rejected: access|not allowed to send|delivery not authorized|authorization"
        ),
    ),
    (
        "network",
        _phrases(
            "too many hops|hop count|mail loop|forwarding loop|received headers|too many received|"
            "routing.loop"
        ),
    ),
    (
        "blocked",
        _phrases(
            "blacklist|black list|blocklist|block list|black-list|block-list|spamhaus|spamcop|"
            "barracudacentral|sorbs|dnsbl| rbl|reputation|blocked using|client host rejected|"
            "reverse dns|reverse-dns|rdns|ptr record|dns ptr|no ptr|ptr lookup|reverse lookup|"
            "reverse hostname|helo|ehlo|greylist|graylist|rate limit|rate-limit|ratelimit|"
            "too many connections|too many messages|too many recipients|too many|frequency|throttl|"
            "unexpected volume|temporarily deferred|not accepting connections|ip address|your ip|"
            "554 ip=|bad dns|connection rejected|connect rejected|access from ip|greeting failed|"
            "bloquee|dynamic ip|not accept mail from|dial-up|dialup|relay quota|daily limit|"
            "sending limit|concurrent connections|connection limit|no smtp service"
        ),
    ),
    (
        "spam",
        _phrases(
            "spam|ube,|unsolicited|bulk mail|junk mail|content rejected|looks like|suspicious|"
            "phishing|rejected by content|considered unwanted|high probability"
        ),
    ),
    (
        "filtered",
        _phrases(
            "user rules|recipient preferences|refuses to receive|refuse to receive|"
            "only accepting mail from|only accepts mail from|blocked by the recipient|"
            "bounced address|message filtered|rst.notauthorized|restricted sms|"
            "recipients have rejected|user reject|user has rejected|not a member|not member|"
            "are not member|permission to post|rejected by the recipient|cannot route mail to user|"
            "rejected by recipient|you have been blocked|domain filter|domain-filter|"
            "domain restriction|inactivity new mail|is protected by|challenge|ドメイン指定|受信拒否|"
            "extended inactivity"
        ),
    ),
    (
        "expired",
        _phrases(
            "expired|timed out|timeout|time out|retry time|too old|could not be delivered for|"
            "delivery time|been in the queue|failing for a long time|20 attempts|did not respond|"
            "not accept our requests|unable to deliver in|tried to deliver for|giving up on|"
            "has been on the queue|maximum retry|undeliverable for"
        ),
    ),
    (
        "disabled",
        _phrases(
            "archived recipient|destinataire archivee|suspendue|suspend the service|account blocked|"
            "mailbox unavailable or access denied|no longer accepts mail|suspended|disabled|inactive|"
            "not active|frozen|on hold|deactivated|no longer active|mailbox is locked|"
            "account is locked|has been locked|account closed|user is blocked|account has been|"
            "mailbox currently|domain not active|service not active|temporarily unavailable mailbox|"
            "user is not active|invalid/inactive|dormant|discontinued|no longer on server|"
            "account is currently|out of use|this account"
        ),
    ),
    (
        "system",
        _phrases(
            "system error|noconnectorforaddresstype|mailbox store|configuration error|misconfigur|"
            "procmail|failed to read|pipe to|local error|local problem|internal error|server error|"
            "cannot open|can't open|couldn't create|can't create|permission denied|read-only|"
            "out of memory|insufficient system|insufficient disk|not enough|insufficient|"
            "service currently unavailable|service unavailable|temporar|try again later|again later|"
            "unavailable currently|deferred|queue file|wrong owner|could not load|i/o error|"
            "command failed|exit status|died|child process|syntax error|unrecognized command|"
            "command not implemented|bad command|alias loop|aliasing loop|not available|line too"
        ),
    ),
    (
        "policy",
        _phrases(
            "policy|policies|end of data|reply to data|protocol violation|duplicate header|"
            "header error|8-bit|8bit|bare lf|bare cr|bare newline|invalid header|malformed|"
            "message header|rfc 5322|rfc5322|rfc2822|rfc 2822|non-compliant|not rfc|"
            "content restriction|prohibited|rejected by system|rejected for policy|encrypt|"
            "message rejected|not allowed|forbidden"
        ),
    ),
    (
        "host_unknown",
        _phrases(
            "domain name not found|host unknown|unknown host|host or domain name not found|"
            "domain not found|domain is not reachable|no such domain|couldn't find any host|nxdomain|"
            "domain does not exist|domain doesn't exist|unrouteable address|unroutable|"
            "unrouteable mail domain|unknown domain|invalid domain|bad destination system|"
            "no such host|non-existent host|nonexistent host|name or service not known|"
            "address lookups failed|invalid host|domain must exist|name server: host not found|"
            "can't find the host|wasn't able to find|illegal host|no dns entry|domain is invalid|"
            "domain unknown|couldn't find the host|not a valid domain|no valid mx|"
            "mx records point to non|host not found|no such dns|domain part of|remote domain doesn"
        ),
    ),
    (
        "network",
        _phrases(
            "connection refused|network is unreachable|network error|unable to connect|"
            "couldn't connect|could not connect|loop|socket error|dns error|dns query failed|"
            "dns server|no route to host|connection reset|connection lost|lost connection|starttls|"
            "certificate|name service|host not found, try again|all relay|no answer from|unreachable|"
            "connection dropped|not reachable|communications failure|cname_lookup|dns lookup failure|"
            "no route found|connection closed|connection was|establish an smtp connection|mx server"
        ),
    ),
    (
        "user_unknown",
        _phrases(
            "user unknown|unknown user|no such user|no such recipient|no such mailbox|"
            "no mailbox here|user not exist|user does not exist|user doesn't exist|does not exist|"
            "doesn't exist|not exist|not found|notfound|invalid recipient|invalid user|"
            "invalid mailbox|invalid address|unknown recipient|recipient unknown|"
            "recipient name is not recognized|user not known|unknown local|unknown address|"
            "address unknown|recipient address rejected|address rejected|rejected address|"
            "mailbox unavailable|mailbox not available|no local mailbox|doesn't have a|isn't a user|"
            "is not a known user|not a valid|no account|account not|not our customer|userid|"
            "no longer valid|illegal alias|no such person|bad address syntax|who are you|"
            "unknown account|account unknown|possibly incorrect|badrcptto|validrcptto|badrecipientto|"
            "address invalid|mailbox invalid|recipient invalid|non-existent user|nonexistent user|"
            "not present in directory|no one at this address|not an active address|"
            "account unavailable|nessun utente|mailbox is unavailable|recipient not ok|"
            "can't accept user|address not present|no mail box|unknown mailbox|mailbox unknown|"
            "bad destination|no user|not listed in|no such address|recipient is not|"
            "addressee unknown|address error|not a known|invalid e-mail|invalid email|"
            "undeliverable address|not known at|not known here|no recipient|not in directory|"
            "not local|unable to find|bad recipient|recipient rejected|recipients rejected|"
            "unknown name|ambiguous|destinataire invalide|n'existe pas|utilisateur inconnu|no existe|"
            "nicht gefunden|unbekannt|existiert nicht|inesistente|não existe|"
            "address couldn't be found|not a mailbox|isn't a mailbox|mailbox name not allowed|"
            "no one here|見つかりません|存在しません|宛先不明|user invalid|user not|mailbox does not|"
            "is not a user|not a user|several matches found|no such name|nobody here|"
            "no valid recipient|is not recognized|recipient does not|invalid final delivery|"
            "check the address|deactivated mailbox|does not have an account"
        ),
    ),
)

# What may be said of anything, and counts only where the status says no more.
ANYHOW: tuple[str, ...] = _phrases("denied|refused|rejected|not accepted|blocked|restricted|unacceptable")
# What stands above `user unknown` in reports of a mailbox that is there (au, KDDI).
SWITCHED_OFF: tuple[str, ...] = _phrases("account is disabled|account is temporarily|account is suspended")
