"""The words by which mail programs of many languages mark what was not written now: data for new_text.py.

Everything is case-folded. A language is missing here only until somebody sends us a mail in it: adding
one needs no code. Sources are the programs themselves (Gmail, Outlook, Apple Mail, Thunderbird) as their
mails look.
"""

from typing import Literal

Label = Literal["from", "sent", "to", "subject"]


def _phrases(piped: str) -> tuple[str, ...]:
    """Return the phrases that `|` separates."""
    return tuple(piped.split("|"))


def _labels(sender: str, sent: str, to: str, subject: str) -> dict[Label, tuple[str, ...]]:
    """Return the labels of one language."""
    return {
        "from": _phrases(sender),
        "sent": _phrases(sent),
        "to": _phrases(to),
        "subject": _phrases(subject),
    }


# "<name> wrote:": the verb that an attribution line holds somewhere, by language.
WRITING: dict[str, tuple[str, ...]] = {
    "en": _phrases("wrote|writes"),
    "de": _phrases("schrieb|schrieben|hat geschrieben"),
    "fr": _phrases("a écrit|écrit"),
    "es": _phrases("escribió|escribio"),
    "it": _phrases("ha scritto|scrive"),
    "pt": _phrases("escreveu"),
    "nl": _phrases("schreef|heeft geschreven|het volgende geschreven"),
    "sv": _phrases("skrev"),
    "no": _phrases("skreiv|følgende"),
    "fi": _phrases("kirjoitti"),
    "pl": _phrases("napisał|napisała|napisał(a)|pisze"),
    "cs": _phrases("napsal|napsala|napsal(a)"),
    "sk": _phrases("napísal|napísala|napísal(a)"),
    "hu": _phrases("írta|ezt írta"),
    "ro": _phrases("a scris"),
    "tr": _phrases("şunu yazdı|yazdı|tarihinde"),
    "el": _phrases("έγραψε"),
    "ru": _phrases("написал|написала|написал(а)|пишет|писал"),
    "uk": _phrases("написав|написала|пише"),
    "bg": _phrases("написа"),
    "vi": _phrases("đã viết"),
    "id": _phrases("menulis"),
    "he": _phrases("כתב|כתבה"),
    "ar": _phrases("كتب|كتبت"),
}

# The same for scripts that set no spaces between words.
WRITING_UNSPACED: tuple[str, ...] = _phrases("写道|寫道|のメール|書きました|작성:|작성：|씀:|เขียนว่า")

# How a wrapped attribution begins, so that its first line is not taken for text.
OPENERS: tuple[str, ...] = _phrases(
    "on|am|le|el|il|in data|il giorno|em|op|den|på|w dniu|dnia|dne|dňa|în|pe|στις|vào|pada|в|ב|בתאריך|في"
)

# The header block that Outlook and others put above what they quote, by language.
HEADER_LABELS: dict[str, dict[Label, tuple[str, ...]]] = {
    "en": _labels("from", "sent|date", "to", "subject"),
    "de": _labels("von", "gesendet|datum", "an", "betreff"),
    "fr": _labels("de", "envoyé|date|message du", "à|a", "objet|sujet"),
    "es": _labels("de", "enviado|enviado el|fecha", "para|a", "asunto"),
    "it": _labels("da", "inviato|data", "a", "oggetto"),
    "pt": _labels("de", "enviado|enviada|enviada em|data", "para", "assunto"),
    "nl": _labels("van", "verzonden|datum", "aan", "onderwerp"),
    "sv": _labels("från", "skickat|datum", "till", "ämne"),
    "da": _labels("fra", "sendt|dato", "til", "emne"),
    "fi": _labels("lähettäjä", "lähetetty|päivä", "vastaanottaja", "aihe"),
    "pl": _labels("od", "wysłano|wysłane|data", "do", "temat"),
    "cs": _labels("od", "odesláno|datum", "komu", "předmět"),
    "sk": _labels("od", "odoslané|dátum", "komu", "predmet"),
    "hu": _labels("feladó", "elküldve|dátum", "címzett", "tárgy"),
    "ro": _labels("de la", "trimis|data", "către", "subiect"),
    "tr": _labels("kimden|gönderen", "gönderildi|tarih", "kime", "konu"),
    "el": _labels("από", "στάλθηκε|ημερομηνία", "προς", "θέμα"),
    "ru": _labels("от", "отправлено|дата", "кому", "тема"),
    "uk": _labels("від", "надіслано|дата", "кому", "тема"),
    "ja": _labels("差出人|送信者", "送信日時|日時|日付", "宛先", "件名"),
    "zh": _labels("发件人|寄件者", "发送时间|日期", "收件人|收件者", "主题|主旨"),
    "ko": _labels("보낸 사람", "보낸 날짜|날짜", "받는 사람", "제목"),
    "vi": _labels("từ", "ngày|đã gửi", "đến|tới", "chủ đề"),
    "he": _labels("מאת", "נשלח|תאריך", "אל", "נושא"),
    "ar": _labels("من", "تاريخ الإرسال", "إلى", "الموضوع"),
}

# What stands between rules (-----, _____) above an answered mail.
ORIGINAL: frozenset[str] = frozenset(
    _phrases(
        "alkuperäinen viesti|eredeti üzenet|mensagem original|mensaje original|mesaj original|"
        "mesajul original|message d'origine|message original|messaggio originale|"
        "oorspronkelijk bericht|opprinnelig melding|oprindelig besked|oprindelig meddelelse|"
        "original message|original-nachricht|originalmeddelande|originalnachricht|orijinal mesaj|"
        "oryginalna wiadomość|pôvodná správa|původní zpráva|tin nhắn gốc|ursprungligt meddelande|"
        "ursprungsnachricht|ursprüngliche nachricht|wiadomość oryginalna|özgün ileti|αρχικό μήνυμα|"
        "исходное сообщение|оригінальне повідомлення|пересылаемое сообщение|"
        "オリジナルメッセージ|元のメッセージ|原始邮件|"
        "原始郵件|원본 메시지"
    )
)

# What stands above a forwarded mail.
FORWARDED: frozenset[str] = frozenset(
    _phrases(
        "anfang der weitergeleiteten nachricht|begin doorgestuurd bericht|begin forwarded message|"
        "doorgestuurd bericht|début du message transféré|edelleenlähetetty viesti|forwarded message|"
        "iletilmiş mesaj|inicio del mensaje reenviado|inizio messaggio inoltrato|"
        "início da mensagem encaminhada|mensagem encaminhada|mensaje reenviado|mesaj redirecționat|"
        "message transféré|messaggio inoltrato|preposlaná správa|przekazana wiadomość|"
        "přeposlaná zpráva|továbbított üzenet|vidarebefordrat meddelande|videresendt meddelelse|"
        "videresendt melding|välitetty viesti|weitergeleitete nachricht|wiadomość przekazana|"
        "προωθημένο μήνυμα|переслане повідомлення|пересланное сообщение|"
        "転送されたメッセージ|轉寄的郵件|转发的邮件|전달된 메일"
    )
)

# "Sent from my iPhone": how the line begins or ends, and the thing that it names.
PHONE_STARTS: tuple[str, ...] = _phrases(
    "sent from my |sent from outlook|sent from mail for|sent from yahoo mail|sent from proton mail|"
    "sent from mobile|sent via |sent with proton mail|get outlook for |"
    "sent from the all new aol app|gesendet von |gesendet mit |von meinem iphone gesendet|"
    "von meinem ipad gesendet|holen sie sich outlook|diese nachricht wurde von meinem |von outlook |"
    "outlook für android|outlook für ios|outlook for ios|envoyé de mon |envoyé depuis |"
    "envoyé à partir de |télécharger outlook |obtenir outlook |enviado desde mi |enviado desde |"
    "obtener outlook |enviado do meu |enviado de |enviado a partir do |inviato da |"
    "ottieni outlook |inviato dal mio |verzonden vanaf |verstuurd vanaf |outlook downloaden voor |"
    "skickat från min |skickat från |hämta outlook |sendt fra min |sendt fra |hent outlook |"
    "lähetetty |wysłane z |wysłano z |pobierz |odesláno z |poslané z |elküldve |trimis de pe |"
    "отправлено с |отправлено из |надіслано з |надіслано від |στάλθηκε από |gửi từ |đã gửi từ |"
    "发自我的|從我的 |从我的 |发送自|나의 "
)
PHONE_ENDS: tuple[str, ...] = _phrases(
    "から送信|傳送|发送|에서 보냄|umdan gönderildi|imden gönderildi|dan gönderildi|mobile device|gesendet|"
    "sent from my mobile"
)
PHONE_THINGS: tuple[str, ...] = _phrases(
    "iphone|ipad|ipod|android|blackberry|samsung|galaxy|huawei|nokia|windows phone|xperia|"
    "mobile|mobil|phone|handy|smartphone|telefon|téléphone|teléfono|телефон|móvil|celular|"
    "outlook|gmail|yahoo|mail|proton|spark|tablet|app|sony|htc|motorola|pixel|xiaomi|手机|"
    "手機|스마트폰"
)

# The formulas of goodbye: alone on a line, with nothing but a few short lines after them.
CLOSINGS: frozenset[str] = frozenset(
    _phrases(
        "abraços|all the best|atenciosamente|atentamente|att|best|best regards|best wishes|"
        "beste grüße|bien cordialement|bien à vous|br|cdlt|cheers|cordialement|cordiali saluti|"
        "cordialmente|cu stimă|cumprimentos|distinti saluti|freundliche grüße|groet|groeten|gruß|"
        "grüße|hilsen|hälsningar|kind regards|kindest regards|lg|liebe grüße|many regards|"
        "many thanks|med venlig hilsen|med vennlig hilsen|med vänlig hälsning|med vänliga hälsningar|"
        "meilleures salutations|met vriendelijke groet|met vriendelijke groeten|mfg|"
        "mit freundlichem gruß|mit freundlichen grüssen|mit freundlichen grüßen|mvg|mvh|pozdrawiam|"
        "regards|rgds|s pozdravem|s pozdravom|saludos|saludos cordiales|salutations|saluti|"
        "saygılarımla|schöne grüße|sincerely|sincerely yours|terveisin|thank you|"
        "thank you and best regards|thanks|thanks & regards|thanks and regards|thx|trân trọng|"
        "un cordial saludo|un saludo|un saluto|venlig hilsen|vennlig hilsen|vg|viele grüsse|"
        "viele grüße|vriendelijke groet|vänliga hälsningar|warm regards|with best regards|"
        "with kind regards|with regards|yours|yours faithfully|yours sincerely|ystävällisin terveisin|"
        "z poważaniem|üdvözlettel|με εκτίμηση|з повагою|с наилучшими пожеланиями|с уважением|敬具|此致|"
        "감사합니다"
    )
)
