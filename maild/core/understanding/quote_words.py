"""The words by which mail programs of many languages mark what was not written now: data for new_text.py.

Everything is case-folded. A language is missing here only until somebody sends us a mail in it: adding
one needs no code. Sources are the programs themselves (Gmail, Outlook, Apple Mail, Thunderbird) as their
mails look.
"""

from typing import Literal

Label = Literal["from", "sent", "to", "subject"]


def phrases(piped: str) -> tuple[str, ...]:
    """Return the phrases that `|` separates."""
    return tuple(piped.split("|"))


def _labels(sender: str, sent: str, to: str, subject: str) -> dict[Label, tuple[str, ...]]:
    """Return the labels of one language."""
    return {
        "from": phrases(sender),
        "sent": phrases(sent),
        "to": phrases(to),
        "subject": phrases(subject),
    }


# "<name> wrote:": the verb that an attribution line holds somewhere, by language.
WRITING: dict[str, tuple[str, ...]] = {
    "en": phrases("wrote|writes|has written|said the following|quoting|excerpts from"),
    "de": phrases("schrieb|schrieben|schreibt|hat geschrieben|geschrieben|zitat von"),
    "fr": phrases("a écrit|écrit|a ecrit|a envoyé"),
    "es": phrases("escribió|escribio|escribiste"),
    "it": phrases("ha scritto|scrive|hai scritto"),
    "pt": phrases("escreveu|escreveste"),
    "nl": phrases("schreef|heeft geschreven|het volgende geschreven|geschreven"),
    "sv": phrases("skrev"),
    "no": phrases("skreiv|følgende"),
    "is": phrases("skrifaði"),
    "fi": phrases("kirjoitti"),
    "et": phrases("kirjutas"),
    "pl": phrases("wiadomość napisana przez|napisał|napisała|napisał(a)|napisał/a|pisze"),
    "cs": phrases("napsal|napsala|napsal(a)|píše"),
    "sk": phrases("napísal|napísala|napísal(a)|píše"),
    "hu": phrases("írta|ezt írta|írtad"),
    "ro": phrases("a scris"),
    "tr": phrases("şunu yazdı|yazdı|tarihinde"),
    "el": phrases("έγραψε"),
    "ru": phrases("написал|написала|написал(а)|написал(-а)|написал/а|пишет|писал|писала|написали"),
    "uk": phrases("написав|написала|написав(-ла)|написав(ла)|пише|писав"),
    "bg": phrases("написа"),
    "mk": phrases("напиша"),
    "sr": phrases("написао|написао/ла|napisao|napisala|napisao/la|je napisao|je napisala"),
    "sl": phrases("je napisal|je napisala|napisal/a"),
    "lv": phrases("rakstīja"),
    "lt": phrases("rašė"),
    "ca": phrases("va escriure|ha escrit|escrigué"),
    "gl": phrases("escribiu"),
    "eu": phrases("idatzi du"),
    "vi": phrases("đã viết|viết"),
    "id": phrases("menulis"),
    "hi": phrases("ने लिखा"),
    "he": phrases("כתב|כתבה|כתב/ה|מאת"),
    "ar": phrases("كتب|كتبت|كتب/كتبت|تمت كتابة ما يلي"),
    "fa": phrases("نوشت|نوشته است"),
}

# The same for scripts that set no spaces between words.
WRITING_UNSPACED: tuple[str, ...] = phrases(
    "写道|寫道|写到|寫到|のメール|書きました|작성:|작성：|작성함|씀:|썼습니다|쓰셨습니다|เขียนว่า|เขียน:"
)

# How a wrapped attribution begins, so that its first line is not taken for text.
OPENERS: tuple[str, ...] = phrases(
    "on|at|am|le|el|en|il|in data|il giorno|em|op|den|på|w dniu|dnia|dne|dňa|în|pe|la|στις|vào|pada|"
    "pada tanggal|dana|kuupäev|el dia|ngày|в|ב|בתאריך|في|در|ใน"
)

# The header block that Outlook and others put above what they quote, by language.
HEADER_LABELS: dict[str, dict[Label, tuple[str, ...]]] = {
    "en": _labels("from|sender", "sent|date|sent on|sent at|date sent", "to|recipient", "subject"),
    "de": _labels("von|absender", "gesendet|datum|gesendet am", "an|empfänger", "betreff"),
    "fr": _labels(
        "de|expéditeur", "envoyé|envoyé le|date|message du|date d'envoi", "à|a|destinataire", "objet|sujet"
    ),
    "es": _labels("de|remitente", "enviado|enviado el|fecha|enviado a las", "para|a", "asunto"),
    "it": _labels("da|mittente", "inviato|data|inviato il", "a|destinatario", "oggetto"),
    "pt": _labels("de|remetente", "enviado|enviada|enviada em|enviado em|data", "para", "assunto"),
    "nl": _labels("van|afzender", "verzonden|datum|verzonden op", "aan", "onderwerp"),
    "sv": _labels("från|avsändare", "skickat|datum|skickades", "till", "ämne"),
    "da": _labels("fra", "sendt|dato", "til", "emne"),
    "is": _labels("frá", "sent|dagsetning|dags", "til", "efni"),
    "fi": _labels("lähettäjä|keneltä", "lähetetty|päivä|päiväys", "vastaanottaja|kenelle", "aihe"),
    "et": _labels("saatja|kellelt", "saadetud|kuupäev", "adressaat|kellele|saaja", "teema"),
    "pl": _labels("od", "wysłano|wysłane|data", "do", "temat"),
    "cs": _labels("od", "odesláno|datum", "komu|pro", "předmět"),
    "sk": _labels("od", "odoslané|dátum", "komu", "predmet"),
    "hu": _labels("feladó", "elküldve|küldve|dátum", "címzett", "tárgy"),
    "ro": _labels("de la|expeditor", "trimis|data|expediat", "către|catre|la", "subiect"),
    "tr": _labels("kimden|gönderen", "gönderildi|gönderme tarihi|tarih", "kime|alıcı", "konu"),
    "el": _labels("από", "στάλθηκε|ημερομηνία|εστάλη|αποστολή", "προς", "θέμα"),
    "ru": _labels("от|от кого|отправитель", "отправлено|дата|послано", "кому|получатель", "тема"),
    "uk": _labels("від|від кого", "надіслано|дата", "кому", "тема"),
    "bg": _labels("от", "изпратено|дата", "до", "относно|тема"),
    "sr": _labels("од|šalje|od", "послато|poslato|датум|datum", "за|prima|za", "предмет|тема|tema|predmet"),
    "hr": _labels("od|šalje", "poslano|datum", "prima|za", "predmet"),
    "sl": _labels("od", "poslano|datum", "za", "zadeva"),
    "lv": _labels("no", "nosūtīts|datums", "kam", "tēma"),
    "lt": _labels("nuo|siuntėjas", "išsiųsta|data", "kam|iki|gavėjas", "tema"),
    "ca": _labels("de", "enviat|enviat el|data", "per a|a", "assumpte|tema"),
    "id": _labels("dari", "terkirim|dikirim|tanggal", "kepada|ke", "subjek|perihal"),
    "ja": _labels(
        "差出人|送信者|送信元|from", "送信日時|日時|日付|送信日|送信済み|sent|date", "宛先|to", "件名|subject"
    ),
    "zh": _labels(
        "发件人|寄件者|寄件人|发送人|發件人",
        "发送时间|日期|发送日期|时间|寄件日期|傳送時間|傳送日期|發送時間|已傳送|已发送",
        "收件人|收件者",
        "主题|主旨|主題",
    ),
    "ko": _labels(
        "보낸 사람|보낸사람|발신", "보낸 날짜|보낸날짜|보낸 시간|날짜|전송", "받는 사람|받는사람|수신", "제목"
    ),
    "th": _labels("จาก", "ส่ง|ส่งเมื่อ|วันที่", "ถึง", "เรื่อง|หัวเรื่อง"),
    "vi": _labels("từ|người gửi", "ngày|đã gửi|gửi|vào", "đến|tới|người nhận", "chủ đề|tiêu đề"),
    "he": _labels("מאת", "נשלח|תאריך|בתאריך", "אל|ל", "נושא|הנדון"),
    "ar": _labels("من", "تاريخ الإرسال|التاريخ|تم الإرسال|أرسل|مرسل", "إلى|الى", "الموضوع"),
    "fa": _labels("از|فرستنده", "تاریخ|ارسال شده|فرستاده شده", "به|گیرنده", "موضوع"),
}

# What else stands in such a block, in any language; it counts for nothing.
OTHER_LABELS: frozenset[str] = frozenset(
    phrases(
        "cc|bcc|reply-to|reply to|importance|priority|attachments|organization|kopie|kopia|kopio|copie|copie à|copia|"
        "copia para|antwort an|wichtigkeit|anlagen|répondre à|pièces jointes|responder a|adjuntos|rispondi a|allegati|"
        "beantwoorden|bijlagen|dw|másolat|копия|копія|抄送|副本|참조"
    )
)

# What stands between rules (-----, _____) above an answered mail.
ORIGINAL: frozenset[str] = frozenset(
    phrases(
        "original message|original appointment|original message follows|original email|original e-mail|"
        "reply message|"
        "originalnachricht|original-nachricht|ursprüngliche nachricht|ursprungsnachricht|"
        "ursprüngliche mail|original-mail|originalmail|urspr. nachricht|"
        "message d'origine|message original|message initial|mail original|message originel|"
        "mensaje original|mensaje de origen|correo original|missatge original|mensaxe orixinal|"
        "messaggio originale|messaggio originario|mail originale|mensagem original|"
        "oorspronkelijk bericht|origineel bericht|oorspronkelijke bericht|"
        "ursprungligt meddelande|originalmeddelande|ursprungligt brev|"
        "oprindelig besked|oprindelig meddelelse|original besked|oprindelig mail|"
        "opprinnelig melding|opprinneleg melding|original melding|upprunaleg skilaboð|"
        "alkuperäinen viesti|algne kiri|algne sõnum|sākotnējais ziņojums|oriģinālais ziņojums|"
        "pradinis pranešimas|originalus laiškas|"
        "oryginalna wiadomość|wiadomość oryginalna|wiadomość pierwotna|treść oryginalnej wiadomości|"
        "původní zpráva|původní e-mail|původní mail|pôvodná správa|pôvodný e-mail|"
        "eredeti üzenet|eredeti levél|mesaj original|mesajul original|mesajul inițial|"
        "izvorna poruka|originalna poruka|izvirno sporočilo|оригинална порука|"
        "orijinal mesaj|özgün ileti|orijinal ileti|özgün mesaj|αρχικό μήνυμα|original-meddelande|"
        "исходное сообщение|оригинальное сообщение|исходное письмо|пересылаемое сообщение|"
        "оригінальне повідомлення|вихідне повідомлення|початкове повідомлення|оригинално съобщение|"
        "tin nhắn gốc|thư gốc|thông điệp gốc|pesan asli|ข้อความต้นฉบับ|"
        "הודעה מקורית|ההודעה המקורית|הודעה המקורית|الرسالة الأصلية|رسالة أصلية|پیام اصلی|پیام اصلی شما|"
        "オリジナルメッセージ|元のメッセージ|元のメール|"
        "原始邮件|原始信息|原邮件|邮件原件|原始郵件|原始訊息|原郵件|"
        "원본 메시지|원본 메일|원본메시지|원본 이메일"
    )
)

# What stands above a forwarded mail.
FORWARDED: frozenset[str] = frozenset(
    phrases(
        "forwarded message|begin forwarded message|start of forwarded message|forwarded mail|forwarded email|"
        "anfang der weitergeleiteten nachricht|anfang der weitergeleiteten e-mail|weitergeleitete nachricht|"
        "weitergeleitete mail|beginn der weitergeleiteten nachricht|"
        "message transféré|début du message transféré|début du message réexpédié|message réexpédié|mail transféré|"
        "mensaje reenviado|inicio del mensaje reenviado|missatge reenviat|"
        "mensagem encaminhada|início da mensagem encaminhada|mensagem reencaminhada|início da mensagem reencaminhada|"
        "messaggio inoltrato|inizio messaggio inoltrato|inizio del messaggio inoltrato|"
        "doorgestuurd bericht|begin doorgestuurd bericht|"
        "vidarebefordrat meddelande|vidarebefordrat brev|start på vidarebefordrat meddelande|"
        "videresendt meddelelse|videresendt besked|start på videresendt besked|videresendt melding|"
        "videresendt e-post|starten på den videresendte meldingen|"
        "edelleenlähetetty viesti|välitetty viesti|alkaa välitetty viesti|edasisaadetud kiri|"
        "przekazana wiadomość|wiadomość przekazana|początek przekazywanej wiadomości|przesyłana dalej wiadomość|"
        "přeposlaná zpráva|začátek přeposlané zprávy|preposlaná správa|začiatok preposlanej správy|"
        "továbbított üzenet|továbbított levél|továbbított levél kezdete|mesaj redirecționat|mesaj redirecţionat|"
        "mesaj înaintat|proslijeđena poruka|posredovano sporočilo|прослеђена порука|"
        "iletilmiş mesaj|iletilen mesaj|iletilen mesaj başlangıcı|yönlendirilmiş ileti|yönlendirilen mesaj|"
        "προωθημένο μήνυμα|αρχή προωθημένου μηνύματος|"
        "пересланное сообщение|пересланное письмо|начало переадресованного сообщения|переадресованное сообщение|"
        "переслане повідомлення|початок переадресованого повідомлення|препратено съобщение|"
        "tin nhắn đã chuyển tiếp|thư được chuyển tiếp|pesan terusan|pesan yang diteruskan|ข้อความที่ส่งต่อ|"
        "הודעה שהועברה|תחילת ההודעה שהועברה|رسالة معاد توجيهها|الرسالة المعاد توجيهها|پیام هدایت شده|"
        "転送されたメッセージ|転送メッセージ|転送されたメール|"
        "转发的邮件|转发邮件|已转发邮件|轉寄的郵件|轉寄郵件|已轉寄的郵件|開始轉寄郵件|"
        "전달된 메일|전달된 메시지|전달된 이메일|전달된 메시지 시작"
    )
)

# Between rules too: "Forwarded by Alice/Example on 05/01/2026".
FORWARDED_BY: tuple[str, ...] = phrases(
    "forwarded by |forwarded message from |"
    "weitergeleitet von |transféré par |réexpédié par |reenviado por |encaminhado por |inoltrato da |"
    "doorgestuurd door |vidarebefordrat av |videresendt af |videresendt av |przekazane przez |переслал "
)
