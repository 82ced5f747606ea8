"""The words by which signatures and disclaimers are known, in many languages: data for signature.py, case-folded."""

from maild.core.understanding.quote_words import phrases

# "Sent from my iPhone": how the line begins, and the thing that it names soon after.
PHONE_STARTS: tuple[str, ...] = phrases(
    "sent from |sent via |sent with |get outlook for |get bluemail |"
    "this message was sent from |this mail was sent from |"
    "gesendet von |gesendet mit |gesendet via |gesendet aus |holen sie sich outlook|"
    "diese nachricht wurde von |diese nachricht wurde mit |diese e-mail wurde von meinem |von outlook |"
    "envoyé de |envoyé depuis |envoyé à partir |envoyé avec |envoyé via |télécharger outlook |obtenir outlook |"
    "provenant de |enviado desde |enviado con |enviado a través |obtener outlook |descargar outlook |"
    "enviado do |enviado de |enviado a partir |enviado pelo |enviado com |enviada do |"
    "obter o outlook |baixar o outlook |"
    "enviat des |inviato da |inviato dal |inviato con |ottieni outlook |scarica outlook |"
    "verzonden vanaf |verzonden vanuit |verzonden met |verzonden via |verstuurd vanaf |verstuurd met |"
    "outlook downloaden |outlook voor |skickat från |skickat med |skickades från |hämta outlook |"
    "sendt fra |sendt med |sendt via |hent outlook |få outlook |sent úr |lähetetty |hanki outlook |saadetud |"
    "wysłane z |wysłano z |wysłane przez |pobierz |odesláno z |odesláno ze |odoslané z |odoslané zo |poslané z |"
    "získat outlook |elküldve |küldve |trimis de |trimis din |obțineți outlook |"
    "poslano z |poslano s |poslano sa |послато са |poslato sa |nosūtīts no |išsiųsta iš |"
    "отправлено с |отправлено со |отправлено из |отправлено через |отправлено от |получить outlook |скачать outlook |"
    "надіслано з |надіслано від |надіслано із |відправлено з |изпратено от |"
    "στάλθηκε από |απεστάλη από |εστάλη από |gửi từ |đã gửi từ |được gửi từ |dikirim dari |terkirim dari |ส่งจาก |"
    "נשלח מ|أرسلت من |أُرسلت من |مرسل من |مُرسل من |تم الإرسال من |ارسال شده از |"
    "发自我的|发自|发送自|寄自|傳送自|来自我的"
)
# Where the word for "sent" stands last: how such a line begins and ends, the thing in between.
PHONE_FRAMES: tuple[tuple[str, str], ...] = (
    ("von ", "gesendet"),
    ("diese ", "gesendet"),
    ("", "から送信"),
    ("", "から送信されました"),
    ("從", "傳送"),
    ("从", "发送"),
    ("", "에서 보냄"),
    ("", "에서 보냈습니다"),
    ("", "umdan gönderildi"),
    ("", "imden gönderildi"),
    ("", "készülékemről küldve"),
    ("", "omról küldve"),
    ("", "emről küldve"),
)
PHONE_THINGS: tuple[str, ...] = phrases(
    "iphon|ipad|ipod|android|blackberry|samsung|galaxy|huawei|nokia|windows phone|xperia|"
    "mobile|mobil|phone|handy|smartphone|telefon|telefoon|téléphone|telefono|teléfono|телефон|τηλέφωνο|móvil|celular|"
    "puhelin|matkapuhelin|outlook|gmail|yahoo|proton|spark|superhuman|airmail|missive|bluemail|k-9|aol|"
    "edison|mailbird|typeapp|thunderbird|mailspring|tutanota|aqua mail|aquamail|"
    "mail for windows|mail für windows|courrier pour windows|correo para windows|posta per windows|"
    "mail voor windows|mail til windows|e-post för windows|poczty systemu windows|gmx|web.de|mail app|mail orange|"
    "tablet|sony|htc|motorola|pixel|xiaomi|redmi|oneplus|oppo|手机|手機|スマートフォン|携帯|스마트폰|휴대폰|טלפון|הנייד"
)
# The whole line, where it names no thing or says nothing but that.
PHONE_LINES: frozenset[str] = frozenset(
    phrases("via mobile|sent on the move|sent on the go|von unterwegs gesendet|please excuse brevity")
)

# The formulas of goodbye: alone on a line, with nothing but a few short lines after them.
CLOSINGS: frozenset[str] = frozenset(
    phrases(
        "all the best|best|best regards|best wishes|br|cheers|greetings|kind regards|kindest regards|many regards|"
        "many thanks|many thanks in advance|regards|rgds|respectfully|sincerely|sincerely yours|thank you|"
        "thank you very much|"
        "thank you and best regards|thanks|thanks & regards|thanks and regards|thanks again|thanks in advance|"
        "thank you in advance|thx|warm regards|with best regards|with kind regards|with regards|yours|"
        "yours faithfully|yours sincerely|yours truly|cordially|"
        "beste grüße|beste grüsse|freundliche grüße|freundliche grüsse|gruß|gruss|grüße|grüsse|herzliche grüße|"
        "herzlichst|lg|liebe grüße|liebe grüsse|mfg|mit besten grüßen|mit freundlichem gruß|mit freundlichen grüssen|"
        "mit freundlichen grüßen|mit lieben grüßen|schöne grüße|vg|viele grüsse|viele grüße|vielen dank|danke|"
        "vielen dank und viele grüße|hochachtungsvoll|"
        "bien cordialement|bien à vous|cdlt|cordialement|très cordialement|meilleures salutations|salutations|"
        "sincères salutations|merci|merci d'avance|amicalement|bonne journée|"
        "att|atentamente|un cordial saludo|un saludo|saludos|saludos cordiales|cordialmente|gracias|muchas gracias|"
        "reciba un cordial saludo|salutacions|"
        "abraços|atenciosamente|cumprimentos|com os melhores cumprimentos|melhores cumprimentos|obrigado|obrigada|"
        "cordiali saluti|distinti saluti|saluti|un saluto|grazie|buona giornata|"
        "groet|groeten|groetjes|met vriendelijke groet|met vriendelijke groeten|mvg|vriendelijke groet|"
        "vriendelijke groeten|hartelijke groet|bedankt|alvast bedankt|"
        "med vänlig hälsning|med vänliga hälsningar|vänliga hälsningar|vänlig hälsning|hälsningar|mvh|tack|"
        "hilsen|med venlig hilsen|venlig hilsen|med vennlig hilsen|vennlig hilsen|bedste hilsner|de bedste hilsner|vh|"
        "kveðja|terveisin|ystävällisin terveisin|parhain terveisin|kiitos|lugupidamisega|parimat|ar cieņu|pagarbiai|"
        "pozdrawiam|z poważaniem|pozdrawiam serdecznie|dziękuję|s pozdravem|s pozdravom|děkuji|ďakujem|"
        "üdvözlettel|köszönettel|tisztelettel|cu stimă|cu respect|mulțumesc|lp|lep pozdrav|s poštovanjem|pozdrav|"
        "saygılarımla|saygılar|iyi çalışmalar|teşekkürler|με εκτίμηση|ευχαριστώ|φιλικά|"
        "з повагою|с уважением|с наилучшими пожеланиями|спасибо|с поздрави|с уважение|дякую|срдачан поздрав|"
        "trân trọng|xin cảm ơn|salam|hormat saya|terima kasih|"
        "ขอแสดงความนับถือ|בברכה|תודה|مع تحياتي|تحياتي|شكرا|با احترام|"
        "敬具|よろしくお願いします|よろしくお願いいたします|此致|祝好|谢谢|謝謝|감사합니다|감사합니다."
    )
)

# The heading of a disclaimer, alone on its line or before a colon; with one of the phrases below it is one.
DISCLAIMER_HEADINGS: frozenset[str] = frozenset(
    phrases(
        "confidentiality notice|confidentiality note|confidentiality|confidential|confidential notice|legal notice|"
        "legal disclaimer|disclaimer|email disclaimer|e-mail disclaimer|privacy notice|important notice|notice|"
        "vertraulichkeitshinweis|hinweis|wichtiger hinweis|haftungsausschluss|avis de confidentialité|"
        "clause de confidentialité|avertissement|aviso legal|aviso de confidencialidad|confidencialidad|"
        "aviso de confidencialidade|avviso di riservatezza|riservatezza|vertrouwelijkheidsclausule|klauzula poufności"
    )
)
# Two of these in one paragraph, and a lawyer wrote it; single words of the kind are everybody's.
DISCLAIMER_PHRASES: tuple[str, ...] = phrases(
    "this email and any|this e-mail and any|this message and any|this message is intended|this email is intended|"
    "this e-mail is intended|this transmission|information contained in this|contents of this|for the sole use|"
    "intended recipient|intended solely for|solely intended for|intended only for|named addressee|addressee only|"
    "email in error|e-mail in error|message in error|communication in error|transmission in error|got it in error|"
    "notify the sender|notify us immediately|advise the sender|contact the sender|is strictly prohibited|"
    "unauthorized use|unauthorised use|unauthorized review|unauthorised review|unauthorized disclosure|"
    "confidential information|contain confidential|contains confidential|is confidential|are confidential|"
    "legally privileged|privileged and|privileged information|delete this email|delete this e-mail|"
    "delete this message|destroy all copies|disclosure, copying|copying or distribution|copying, distribution|"
    "consider the environment|checked for viruses|scanned for viruses|accept no liability|accepts no liability|"
    "accept liability for|registered in england|registered office|"
    "enthält vertrauliche|rechtlich geschützte informationen|nicht der richtige adressat|der beabsichtigte empfänger|"
    "irrtümlich erhalten|unerlaubte kopieren|unbefugte weitergabe|vernichten sie diese|"
    "ausschließlich für den adressaten|"
    "toutes les pièces jointes|ses pièces jointes|usage exclusif|intention exclusive|message par erreur|"
    "courriel par erreur|e-mail par erreur|avertir immédiatement|utilisation non autorisée|"
    "informations confidentielles|"
    "información confidencial|exclusivamente a su destinatario|dirigido exclusivamente|mensaje por error|"
    "correo por error|queda prohibida|queda estrictamente prohibida|queda notificado|uso exclusivo|"
    "informação confidencial|informações confidenciais|mensagem por engano|e-mail por engano|destinado exclusivamente|"
    "informazioni riservate|uso esclusivo|esclusivamente al destinatario|messaggio per errore|e-mail per errore|"
    "diversa dal destinatario|d.lgs|"
    "uitsluitend bestemd voor|vertrouwelijke informatie|bericht abusievelijk|ten onrechte ontvangen|"
    "konfidentiell information|konfidentielle oplysninger|fortrolige oplysninger|fortrolig informasjon|"
    "meddelande av misstag|mail ved en fejl|e-mail ved en fejl|e-posten ved en feil|"
    "wyłącznie dla adresata|informacje poufne|wiadomość omyłkowo|důvěrné informace|určena výhradně|"
    "исключительно для адресата|конфиденциальную информацию|сообщение по ошибке"
)
