"""The words by which signatures and disclaimers are known, in many languages: data for signature.py, case-folded."""

from maild.core.quote_words import phrases

# "Sent from my iPhone": how the line begins or ends, and the thing that it names.
PHONE_STARTS: tuple[str, ...] = phrases(
    "sent from |sent via |sent with |sent by |sent on |sent using |get outlook for |get bluemail |"
    "this message was sent from |this mail was sent from |"
    "gesendet von |gesendet mit |gesendet via |gesendet aus |von meinem |von unterwegs |holen sie sich outlook|"
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
    "získat outlook |elküldve |küldve |az én |trimis de |trimis din |obțineți outlook |"
    "poslano z |poslano s |poslano sa |послато са |poslato sa |nosūtīts no |išsiųsta iš |"
    "отправлено с |отправлено со |отправлено из |отправлено через |отправлено от |получить outlook |скачать outlook |"
    "надіслано з |надіслано від |надіслано із |відправлено з |изпратено от |"
    "στάλθηκε από |απεστάλη από |εστάλη από |gửi từ |đã gửi từ |được gửi từ |dikirim dari |terkirim dari |ส่งจาก |"
    "נשלח מ|أرسلت من |أُرسلت من |مرسل من |مُرسل من |تم الإرسال من |ارسال شده از |"
    "发自我的|发自|從我的|从我的|发送自|寄自|傳送自|我的 iphone|来自我的|나의 |내 "
)
PHONE_ENDS: tuple[str, ...] = phrases(
    "から送信|から送信されました|傳送|发送|寄出|에서 보냄|에서 보냈습니다|에서 전송|umdan gönderildi|imden gönderildi|"
    "dan gönderildi|den gönderildi|mobile device|gesendet|gesendet.|verzonden|lähetetty|küldve|via mobile"
)
PHONE_THINGS: tuple[str, ...] = phrases(
    "iphone|ipad|ipod|android|blackberry|samsung|galaxy|huawei|nokia|windows phone|windows mail|windows 10|xperia|"
    "mobile|mobil|phone|handy|smartphone|telefon|telefoon|téléphone|telefono|teléfono|телефон|τηλέφωνο|móvil|celular|"
    "puhelin|matkapuhelin|outlook|gmail|yahoo|mail|proton|spark|superhuman|airmail|front|missive|bluemail|k-9|"
    "tablet|app|sony|htc|motorola|pixel|xiaomi|redmi|oneplus|oppo|honor|手机|手機|スマートフォン|携帯|스마트폰|휴대폰|טלפון|הנייד"
)
# The whole line, where it names no thing.
PHONE_LINES: frozenset[str] = frozenset(
    phrases(
        "sent on the move|sent on the go|von unterwegs gesendet|please excuse brevity|please excuse my brevity"
    )
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

# Small words within a person's name.
PARTICLES: frozenset[str] = frozenset(
    phrases("al|bin|da|de|del|della|den|der|di|do|dos|du|el|la|le|of|ten|ter|van|von|zu")
)

# How a disclaimer begins: its heading.
DISCLAIMER_HEADINGS: tuple[str, ...] = phrases(
    "confidentiality notice|confidentiality note|confidential notice|legal notice|legal disclaimer|disclaimer:|"
    "email disclaimer|e-mail disclaimer|privacy notice:|privileged and confidential|"
    "vertraulichkeitshinweis|haftungsausschluss|avis de confidentialité|clause de confidentialité|"
    "aviso legal|aviso de confidencialidad|aviso de confidencialidade|avviso di riservatezza|"
    "informativa privacy|vertrouwelijkheidsclausule|klauzula poufności"
)
# Two of these in one paragraph, and a lawyer wrote it.
DISCLAIMER_PHRASES: tuple[str, ...] = phrases(
    "this email and any|this e-mail and any|this message and any|this message is intended|this email is intended|"
    "this e-mail is intended|this communication|the information contained in this|the contents of this|"
    "intended recipient|intended solely for|intended only for|named addressee|addressee only|"
    "in error|notify the sender|notify us immediately|advise the sender|strictly prohibited|unauthorized|unauthorised|"
    "may contain confidential|contains confidential|is confidential|are confidential|legally privileged|privileged|"
    "delete this email|delete this e-mail|delete this message|delete it from|"
    "disclosure, copying|copying or distribution|"
    "consider the environment|checked for viruses|scanned for viruses|liability for|registered office|"
    "registered in england|company number|"
    "diese e-mail enthält|diese nachricht enthält|diese e-mail ist vertraulich|vertrauliche|"
    "rechtlich geschützte informationen|nicht der richtige adressat|nicht der beabsichtigte|irrtümlich erhalten|"
    "informieren sie bitte|unerlaubte kopieren|unbefugte weitergabe|vernichten sie diese|"
    "ce message et|ce courriel|pièces jointes|confidentiels|destinataires|par erreur|avertir|toute utilisation|"
    "este mensaje|este correo|destinatario|confidencial|por error|prohibida|notifique|comuníquelo|"
    "esta mensagem|este e-mail|destinatário|por engano|proibida|"
    "questo messaggio|le informazioni contenute|riservate|per errore|destinatari|vietata|"
    "dit bericht|deze e-mail|geadresseerde|vertrouwelijk|abusievelijk|ten onrechte|"
    "denna e-post|detta meddelande|konfidentiell|konfidentiel|fortrolig|modtager|mottagare|fejl|"
    "ta wiadomość|poufne|adresatem|przez pomyłkę|настоящее сообщение|конфиденциальн|по ошибке|адресат"
)
