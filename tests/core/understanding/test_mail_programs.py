"""How mail programs introduce, mark and end what they quote: one made-up answer from each, in many languages."""

import re

import pytest

from maild.core.understanding.new_text import split_text

TYPED = "The export works again.\n\nOnly the last order is missing."

# What stands below the text that was typed.
BELOW = {
    "GroupWise": (">>> Support <support@example.org> 05.01.2026 10:20 >>>\nOld text"),
    "a reply address in the header": (
        "Reply to: Support <support@example.org>\n"
        "Date: Mon, 5 Jan 2026\n"
        "To: jane@customer.example\n"
        "Subject: x\n"
        "\n"
        "Old"
    ),
    "Mutt, forwarded": (
        "----- Forwarded message from Support <support@example.org> -----\n"
        "\n"
        "Date: Mon, 5 Jan 2026\n"
        "From: Bob\n"
        "\n"
        "Text\n"
        "\n"
        "----- End forwarded message -----"
    ),
    "Outlook, many in copy": (
        "From: Support\n"
        "Sent: Monday\n"
        "To: A <a@b.example>;\n"
        "B <b@b.example>;\n"
        "C <c@b.example>;\n"
        "D <d@b.example>\n"
        "Subject: x\n"
        "\n"
        "Old"
    ),
    "Outlook, spread": ("From: Support\n\nSent: Monday\n\nTo: Jane\n\nCc: Bob\n\nSubject: x\n\nOld"),
    "Apple zh-TW": ("Support <support@example.org> 於 2026年1月5日 上午10:20 寫道：\n\n舊的"),
    "Airmail": ("On 5 January 2026 at 10:20:00, Support (support@example.org) wrote:\n\nOld"),
    "Postbox": ("Support wrote on 1/5/26 10:20 AM:\n\nOld"),
    "eM Client": (
        "------ Original Message ------\n"
        'From "Support" <support@example.org>\n'
        "To jane@customer.example\n"
        "Date 05/01/2026 10:20\n"
        "Subject x\n"
        "\n"
        "Old"
    ),
    "Roundcube de": ("Am 2026-01-05 10:20, schrieb Support:\n> Alt"),
    "KMail": ("On Monday 05 January 2026 10:20:00 Support wrote:\n> Old"),
    "KMail de": ("Am Montag, 5. Januar 2026, 10:20:00 CET schrieb Support:\n> Alt"),
    "Claws": ("On Mon, 5 Jan 2026 10:20:00 +0100\nSupport <support@example.org> wrote:\n\n> Old"),
    "Yahoo de": (
        "Am Montag, 5. Januar 2026 um 10:20:00 MEZ hat Support <support@example.org> Folgendes geschrieben:  \n"
        " \n"
        " Alt"
    ),
    "Yahoo es": (
        "En lunes, 5 de enero de 2026, 10:20:00 CET, Support <support@example.org> escribió:  \n \n Viejo"
    ),
    "Libero": (
        "----Messaggio originale----\n"
        "Da: support@example.org\n"
        "Data: 5-gen-2026 10.20\n"
        "A: <jane@libero.example>\n"
        "Ogg: x\n"
        "\n"
        "Vecchio"
    ),
    "T-Online": (
        "-----Original-Nachricht-----\n"
        "Betreff: x\n"
        "Datum: 2026-01-05T10:20:00+0100\n"
        "Von: support@example.org\n"
        "An: jane\n"
        "\n"
        "Alt"
    ),
    "Tutanota": (
        "-- \nSent with Tutanota, enjoy secure mail.\n\n5. Jan. 2026, 10:20 von support@example.org:\n\n> Alt"
    ),
    "HEY": ("On January 5, 2026, Support <support@example.org> wrote:\n\nOld"),
    "Fastmail": ("On Mon, 5 Jan 2026, at 10:20, Support wrote:\n> Old"),
    "Mutt with a star": ("* Support <support@example.org> [2026-01-05 10:20]:\n> Old"),
    "sup": ("Excerpts from Support's message of 2026-01-05 10:20:00 +0100:\n> Old"),
    "Windows Mail": (
        "Sent from Mail for Windows\n"
        "\n"
        "From: Support <support@example.org>\n"
        "Sent: Monday, January 5, 2026 10:20 AM\n"
        "To: Jane\n"
        "Subject: x\n"
        "\n"
        "Old"
    ),
    "WhatsApp-like name": (
        "On Mon, 5 Jan 2026, 10:20 Jane via Example Support, <\nsupport@example.org> wrote:\n\n> Old"
    ),
    "Outlook 2010 de": (
        "Mit freundlichen Grüßen\n"
        "Karl Huber\n"
        "\n"
        "Von: Support [mailto:support@example.org]\n"
        "Gesendet: Montag, 5. Januar 2026 10:20\n"
        "An: Karl Huber\n"
        "Betreff: AW: Export\n"
        "\n"
        "Guten Tag,\n"
        "alter Text."
    ),
    "Outlook 2003 rule": (
        "  _____  \n"
        "\n"
        "From: Support [mailto:support@example.org] \n"
        "Sent: Monday, January 05, 2026 10:20 AM\n"
        "To: Jane\n"
        "Subject: Export\n"
        "\n"
        "\n"
        "Old text"
    ),
    "Outlook mobile": (
        "Get Outlook for iOS<https://aka.ms/o0ukef>\n"
        "________________________________\n"
        "From: Support <support@example.org>\n"
        "Sent: Monday, January 5, 2026 10:20:00 AM\n"
        "To: Jane <jane@customer.example>\n"
        "Subject: Export\n"
        "\n"
        "Old text"
    ),
    "Outlook Mac": (
        "From: Support <support@example.org>\n"
        "Date: Monday, 5 January 2026 at 10:20\n"
        "To: Jane <jane@customer.example>\n"
        "Subject: Re: Export\n"
        "Old text"
    ),
    "Outlook Mac fr": (
        "De : Support <support@example.org>\n"
        "Date : lundi 5 janvier 2026 à 10:20\n"
        "À : Jane <jane@customer.example>\n"
        "Objet : Re: Export\n"
        "Ancien texte"
    ),
    "Outlook bold stars": (
        "*From:* Support <support@example.org>\n"
        "*Sent:* Monday, January 5, 2026 10:20 AM\n"
        "*To:* Jane\n"
        "*Cc:* Bob; Ann;\n"
        "Tim\n"
        "*Subject:* Re: Export\n"
        "\n"
        "Old"
    ),
    "Outlook double stars": (
        "**From:** Support <support@example.org>\n"
        "**Sent:** Monday, January 5, 2026 10:20 AM\n"
        "**To:** Jane\n"
        "**Subject:** Re: Export\n"
        "\n"
        "Old"
    ),
    "Outlook original": (
        "-----Original Message-----\nFrom: Support\nSent: Monday\nTo: Jane\nSubject: x\n\nOld"
    ),
    "Outlook appointment": (
        "-----Original Appointment-----\n"
        "From: Support\n"
        "Sent: Monday\n"
        "To: Jane\n"
        "Subject: x\n"
        "When: Tuesday\n"
        "\n"
        "Old"
    ),
    "Outlook one line header": (
        "From: Support <support@example.org> Sent: Monday, January 5, 2026 10:20 AM To: Jane Subject: RE: Export\n"
        "\n"
        "Old"
    ),
    "Outlook es": (
        "De: Support <support@example.org>\n"
        "Enviado el: lunes, 5 de enero de 2026 10:20\n"
        "Para: Jane\n"
        "Asunto: RE: Export\n"
        "\n"
        "Texto"
    ),
    "Outlook pt": (
        "De: Support <support@example.org>\n"
        "Enviada em: segunda-feira, 5 de janeiro de 2026 10:20\n"
        "Para: Jane\n"
        "Assunto: RES: Export\n"
        "\n"
        "Texto"
    ),
    "Outlook zh": (
        "发件人: Support <support@example.org> \n"
        "发送时间: 2026年1月5日 10:20\n"
        "收件人: Jane\n"
        "主题: 回复: Export\n"
        "\n"
        "旧的"
    ),
    "Outlook tw": (
        "寄件者: Support <support@example.org>\n"
        "寄件日期: 2026年1月5日 上午 10:20\n"
        "收件者: Jane\n"
        "主旨: RE: Export\n"
        "\n"
        "舊的"
    ),
    "Outlook ja": (
        "差出人: Support <support@example.org>\n"
        "送信日時: 2026年1月5日 10:20\n"
        "宛先: Jane\n"
        "件名: RE: Export\n"
        "\n"
        "古い"
    ),
    "Outlook ko": (
        "보낸 사람: Support <support@example.org>\n"
        "보낸 날짜: 2026년 1월 5일 월요일 오전 10:20\n"
        "받는 사람: Jane\n"
        "제목: RE: Export\n"
        "\n"
        "옛날"
    ),
    "Outlook he": (
        "\u200fמאת:\u200f Support <support@example.org>\n"
        "\u200fנשלח:\u200f יום שני 05 ינואר 2026 10:20\n"
        "\u200fאל:\u200f Jane\n"
        "\u200fנושא:\u200f RE: Export\n"
        "\n"
        "ישן"
    ),
    "Outlook ar": (
        "من: Support <support@example.org>\n"
        "تم الإرسال: الاثنين، 5 يناير 2026 10:20\n"
        "إلى: Jane\n"
        "الموضوع: RE\n"
        "\n"
        "قديم"
    ),
    "Outlook tr": (
        "Kimden: Support <support@example.org>\n"
        "Gönderildi: 5 Ocak 2026 Pazartesi 10:20\n"
        "Kime: Jane\n"
        "Konu: RE\n"
        "\n"
        "Eski"
    ),
    "Outlook ru": (
        "От: Support <support@example.org>\n"
        "Отправлено: 5 января 2026 г. 10:20\n"
        "Кому: Jane\n"
        "Тема: RE\n"
        "\n"
        "Старый"
    ),
    "Outlook hr": (
        "Šalje: Support <support@example.org>\n"
        "Poslano: 5. siječnja 2026. 10:20\n"
        "Prima: Jane\n"
        "Predmet: RE\n"
        "\n"
        "Staro"
    ),
    "Outlook hu": (
        "Feladó: Support <support@example.org>\n"
        "Elküldve: 2026. január 5., hétfő 10:20\n"
        "Címzett: Jane\n"
        "Tárgy: RE\n"
        "\n"
        "Régi"
    ),
    "two labels date and address": ("Date: Mon, 5 Jan 2026 10:20:00 +0100\nTo: jane@customer.example\n\nOld"),
    "two labels from date": ("From: support@example.org\nDate: Mon, 5 Jan 2026 10:20:00 +0100\n\nOld"),
    "Gmail wrapped address": (
        "On Mon, Jan 5, 2026 at 10:20 AM A Rather Long Name Of A Support Desk <\n"
        "support@example.org> wrote:\n"
        "\n"
        "> Hi,\n"
        "> is it?\n"
        ">\n"
        "\n"
        "\n"
        "-- \n"
        "Jane"
    ),
    "Gmail unmarked": ("On Mon, Jan 5, 2026 at 10:20 AM Support <support@example.org> wrote:\n\nHi,\nis it?"),
    "Gmail he": (
        "\u202bבתאריך יום ב׳, 5 בינו׳ 2026 ב-10:20 מאת \u202aSupport\u202c\u200f"
        " <\u202asupport@example.org\u202c\u200f>:\u202c\n"
        "\n"
        "> ישן"
    ),
    "Gmail ar": (
        "في الاثنين، 5 يناير 2026 في 10:20 ص تمت كتابة ما يلي بواسطة \u202aSupport\u202c\u200f"
        " <\u202asupport@example.org\u202c\u200f>:\n"
        "\n"
        "> قديم"
    ),
    "Gmail ar digits": (
        "في الاثنين، ٥ يناير ٢٠٢٦ في ١٠:٢٠ ص تمت كتابة ما يلي بواسطة Support <support@example.org>:\n\nقديم"
    ),
    "Gmail fa": ("در تاریخ دوشنبه ۵ ژانویهٔ ۲۰۲۶،\u200f ۱۰:۲۰ Support <support@example.org> نوشت:\n\n> قدیمی"),
    "Gmail hi": ("सोम, 5 जन॰ 2026 को 10:20 am बजे को Support <support@example.org> ने लिखा:\n\n> पुराना"),
    "Gmail th": ("ในวันที่ จ. 5 ม.ค. 2026 เวลา 10:20 Support <support@example.org> เขียนว่า:\n\n> เก่า"),
    "Gmail ro": ("În lun., 5 ian. 2026 la 10:20, Support <support@example.org> a scris:\n\n> vechi"),
    "Gmail bg": ("На пн, 5.01.2026 г. в 10:20 Support <support@example.org> написа:\n\n> старо"),
    "Gmail hr": ("pon, 5. sij 2026. u 10:20 Support <support@example.org> napisao je:\n\n> staro"),
    "Gmail et": ("Support <support@example.org> kirjutas kuupäeval E, 5. jaanuar 2026 kell 10:20:\n\n> vana"),
    "Gmail lt": ("2026-01-05, pr, 10:20 Support <support@example.org> rašė:\n\n> sena"),
    "Gmail sk": ("po 5. 1. 2026 o 10:20 Support <support@example.org> napísal(a):\n\n> staré"),
    "Gmail ca": (
        "Missatge de Support <support@example.org> del dia dl., 5 de gen. 2026 a les 10:20:\n\n> vell"
    ),
    "Gmail id": ("Pada Sen, 5 Jan 2026 pukul 10.20 Support <support@example.org> menulis:\n\n> lama"),
    "Gmail pt wrapped": (
        "Support da Loja de Exemplo <support@example.org> escreveu no dia segunda,\n"
        "5/01/2026 à(s) 10:20:\n"
        "\n"
        "> velho"
    ),
    "Gmail es wrapped": (
        "El lun, 5 ene 2026 a las 10:20, Support de la Tienda (<support@example.org>)\nescribió:\n\n> viejo"
    ),
    "Apple": ("> On 5 Jan 2026, at 10:20, Support <support@example.org> wrote:\n> \n> Is it?"),
    "iPhone": (
        "Sent from my iPhone\n"
        "\n"
        "> On Jan 5, 2026, at 10:20 AM, Support <support@example.org> wrote:\n"
        "> \n"
        "> \ufeffIs it?"
    ),
    "iPhone de": (
        "Von meinem iPhone gesendet\n"
        "\n"
        "> Am 05.01.2026 um 10:20 schrieb Support <support@example.org>:\n"
        "> \n"
        "> Geht es?"
    ),
    "iPhone unmarked nl": (
        "Verstuurd vanaf mijn iPhone\n"
        "\n"
        "Op 5 jan. 2026 om 10:20 heeft Support <support@example.org> het volgende geschreven:\n"
        "\n"
        "\ufeffOud"
    ),
    "iPhone no": (
        "Sendt fra min iPhone\n\n5. jan. 2026 kl. 10:20 skrev Support <support@example.org>:\n\nGammel"
    ),
    "Apple da": ("Den 5. jan. 2026 kl. 10.20 skrev Support <support@example.org>:\n\nGammel"),
    "Apple fr": ("Le 5 janv. 2026 à 10:20, Support <support@example.org> a écrit :\n\nVieux"),
    "Apple zh": ("> 在 2026年1月5日，10:20，Support <support@example.org> 写道：\n> \n> 旧"),
    "Apple ja": ("2026/01/05 10:20、Support <support@example.org>のメール:\n\n古い"),
    "Apple ko": ("Support <support@example.org> 2026. 1. 5. 오전 10:20 작성:\n\n옛날"),
    "Apple pl": (
        "Wiadomość napisana przez Support <support@example.org> w dniu 5 sty 2026, o godz. 10:20:\n\nStare"
    ),
    "Apple cs": ("5. 1. 2026 v 10:20, Support <support@example.org>:\n\n> staré"),
    "Apple uk": ("5 січ. 2026 р. о 10:20 Support <support@example.org> написав(ла):\n\nстаре"),
    "Apple fwd": (
        "Begin forwarded message:\n"
        "\n"
        "From: Bob <bob@example.com>\n"
        "Subject: x\n"
        "Date: 5 January 2026 at 10:20:00 CET\n"
        "To: Jane\n"
        "\n"
        "Text"
    ),
    "Thunderbird nested": (
        "On 05/01/2026 10:20, Support wrote:\n> On 04/01/2026 09:00, Jane wrote:\n>> No?\n>> Really?\n> No."
    ),
    "Yahoo": (
        "    On Monday, January 5, 2026 at 10:20:00 AM GMT+1, Support <support@example.org> wrote:  \n"
        " \n"
        " Old text"
    ),
    "Yahoo classic": (
        "--- On Mon, 1/5/26, Support <support@example.org> wrote:\n"
        "\n"
        "\n"
        "From: Support <support@example.org>\n"
        "Subject: x\n"
        "To: jane@customer.example\n"
        "Date: Monday, January 5, 2026, 10:20 AM\n"
        "\n"
        "Old"
    ),
    "AOL": (
        "-----Original Message-----\n"
        "From: Support <support@example.org>\n"
        "To: jane <jane@aol.example>\n"
        "Sent: Mon, Jan 5, 2026 10:20 am\n"
        "Subject: Re: x\n"
        "\n"
        "\n"
        "Old"
    ),
    "Zoho": ("---- On Mon, 05 Jan 2026 10:20:00 +0100 Support <support@example.org> wrote ----\n\nOld text"),
    "Zoho fwd": (
        "============ Forwarded message ============\n"
        "From : Bob<bob@example.com>\n"
        "To : <jane@customer.example>\n"
        "Date : Mon, 05 Jan 2026 10:20:00 +0100\n"
        "Subject : x\n"
        "============ Forwarded message ============\n"
        "\n"
        "Text"
    ),
    "Proton": (
        "Sent with Proton Mail secure email.\n"
        "\n"
        "On Monday, January 5th, 2026 at 10:20 AM, Support <support@example.org> wrote:\n"
        "\n"
        "> Old"
    ),
    "Proton old": (
        "Sent with ProtonMail Secure Email.\n"
        "\n"
        "\u2010\u2010\u2010\u2010\u2010\u2010\u2010 Original Message \u2010\u2010\u2010\u2010\u2010\u2010\u2010\n"
        "On Monday, January 5, 2026 10:20 AM, Support <support@example.org> wrote:\n"
        "\n"
        "> Old"
    ),
    "GMX": (
        " \n"
        "\n"
        "Gesendet: Montag, 05. Januar 2026 um 10:20 Uhr\n"
        'Von: "Support" <support@example.org>\n'
        "An: jane@gmx.example\n"
        "Betreff: Re: x\n"
        "Alt"
    ),
    "GMX app": (
        "-- \n"
        "Diese Nachricht wurde von meinem Android Mobiltelefon mit GMX Mail gesendet.\n"
        "Am 05.01.26, 10:20 schrieb Support <support@example.org>:\n"
        "> Alt"
    ),
    "Samsung": (
        "Sent from my Galaxy\n"
        "\n"
        "\n"
        "-------- Original message --------\n"
        "From: Support <support@example.org>\n"
        "Date: 05/01/2026 10:20 (GMT+01:00)\n"
        "To: jane@customer.example\n"
        "Subject: Re: x\n"
        "\n"
        "Old"
    ),
    "Samsung es": (
        "Enviado desde mi smartphone Samsung Galaxy.\n"
        "\n"
        "-------- Mensaje original --------\n"
        "De: Support <support@example.org>\n"
        "Fecha: 5/1/26 10:20 (GMT+01:00)\n"
        "Para: jane@customer.example\n"
        "Asunto: x\n"
        "\n"
        "Viejo"
    ),
    "K-9": ("-- \nSent from my Android device with K-9 Mail. Please excuse my brevity."),
    "K-9 de": (
        "Am 5. Januar 2026 10:20:00 MEZ schrieb Support <support@example.org>:\n"
        ">Alt\n"
        ">\n"
        ">text\n"
        "\n"
        "-- \n"
        "Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet."
    ),
    "BlackBerry": (
        "Sent via BlackBerry from T-Mobile\n"
        "\n"
        "-----Original Message-----\n"
        "From: Support\n"
        "Date: Mon, 5 Jan 2026 10:20:00 \n"
        "To: <jane@customer.example>\n"
        "Subject: Re: x\n"
        "\n"
        "Old"
    ),
    "Lotus Notes": (
        "From:\tSupport <support@example.org>\n"
        "To:\tJane/Example@EXAMPLE\n"
        "Date:\t05.01.2026 10:20\n"
        "Subject:\tRe: x\n"
        "\n"
        "\n"
        "\n"
        "Old"
    ),
    "Lotus Notes line": (
        '"Support" ---05/01/2026 10:20:33---Hi, is it working now?\n'
        "\n"
        "From:\tSupport <support@example.org>\n"
        "To:\tJane/Example@EXAMPLE\n"
        "Date:\t05.01.2026 10:20\n"
        "Subject:\tRe: x\n"
        "\n"
        "Old"
    ),
    "Lotus fwd": ("----- Forwarded by Jane/Example on 05/01/2026 10:20 AM -----\n\nFrom: Bob\nText"),
    "QQ": (
        "------------------ 原始邮件 ------------------\n"
        '发件人: "Support"<support@example.org>;\n'
        "发送时间: 2026年1月5日(星期一) 上午10:20\n"
        '收件人: "jane"<jane@qq.example>;\n'
        "主题: 回复：x\n"
        "\n"
        "旧"
    ),
    "163": ('At 2026-01-05 10:20:00, "Support" <support@example.org> wrote:\n\nOld'),
    "163 zh": ('在 2026-01-05 10:20:00，"Support" <support@example.org> 写道：\n\n旧'),
    "Mail.ru": (
        "--\n"
        "Jane\n"
        "\n"
        "\n"
        ">Понедельник, 5 января 2026, 10:20 +03:00 от Support <support@example.org>:\n"
        ">\n"
        ">Старое"
    ),
    "Yandex": ('05.01.2026, 10:20, "Support" <support@example.org>:\n> Старое'),
    "Yandex unmarked": (' \n \n05.01.2026, 10:20, "Support" <support@example.org>:\nСтарое'),
    "Seznam": (
        "---------- Původní e-mail ----------\n"
        "Od: Support <support@example.org>\n"
        "Komu: jane@seznam.example\n"
        "Datum: 5. 1. 2026 10:20:00\n"
        "Předmět: Re: x\n"
        '"Staré"'
    ),
    "Orange": (
        "> Message du 05/01/26 10:20\n"
        '> De : "Support" <support@example.org>\n'
        "> A : jane@orange.example\n"
        "> Copie à : \n"
        "> Objet : Re: x\n"
        "> \n"
        "> Vieux"
    ),
    "Front": ("On January 5, 2026 at 10:20 AM GMT+1 support@example.org wrote:\n\nOld"),
    "Spark": ("On 5 Jan 2026, 10:20 +0100, Support <support@example.org>, wrote:\n> Old"),
    "Superhuman": (
        "Sent via Superhuman iOS ( https://sprh.mn/?vip=jane@customer.example )\n"
        "\n"
        "On Mon, Jan 5 2026 at 10:20 AM, Support < support@example.org > wrote:\n"
        "\n"
        "> \n"
        "> Old\n"
        "> "
    ),
    "old Google groups": ("2026/1/5 Support <support@example.org>:\n> Is it?"),
    "dash signature": "-Alice",
    "underscore list footer": (
        "_______________________________________________\n"
        "shop-users mailing list\n"
        "shop-users@lists.example.org\n"
        "http://lists.example.org/mailman/listinfo/shop-users"
    ),
    "disclaimer": (
        "CONFIDENTIALITY NOTICE: This e-mail message is for the sole use\nof whoever it was meant for."
    ),
    "disclaimer without heading": (
        "This email and any files with it are confidential and intended solely for\n"
        "the person named above. If you got it in error, please notify the sender."
    ),
    "disclaimer de": (
        "Diese E-Mail enthält vertrauliche oder rechtlich geschützte Informationen. Wenn Sie\n"
        "nicht der richtige Adressat sind, vernichten Sie diese Mail."
    ),
    "contact block": ("Gina Example\ngina@customer.example\n(555) 346-9947\nwww.customer.example"),
    "Yahoo on a phone": (
        "Sent from Yahoo Mail on Android \n"
        " \n"
        "  On Mon, Jan 5, 2026 at 10:20, Support<support@example.org> wrote:   Old text"
    ),
}

# Answers below and between quotes, or without a blank line: (text, what is new).
PLACED = {
    "The Bat!": (
        "Hello Support,\n\nMonday, January 5, 2026, 10:20:00 AM, you wrote:\n\nSU> Is it?\nSU> Really?\n\nYes.\n",
        "Hello Support,\n\nYes.",
    ),
    "Yahoo, glued": ("Yes.--- On Mon, Jan 5, 2026 at 10:20 AM, s@example.org wrote:\n> Is it?\n", "Yes."),
    "between rules": ("Yes.\n\n---- Example Support wrote ----\n\n> Is it?\n", "Yes."),
    "Horde": ("Zitat von Support <support@example.org>:\n\n> Geht es?\n\nJa.\n", "Ja."),
    "a link broken in the quote": (
        "Yes.\n\nOn 5.1.2026 10:20, Support wrote:\n\n> See (http://example.org/action\n_nonce=3dd5)\n> there.\n",
        "Yes.",
    ),
    "a name above the footer of a list": (
        "How do I clear it?\n\n-Alice Example\n\n\n_______________\nshop-users mailing list\nhttp://example.org/list\n",
        "How do I clear it?",
    ),
    "a phone above a company": (
        "It fails.\n\nSent from my iPhone\n\n-- \nExample Ltd\nwww.example.com\n",
        "It fails.",
    ),
    "a disclaimer below all": (
        "It fails.\n\nKind regards\nJane Doe\n\n-- \nExample Ltd\n\n*DISCLAIMER:* For the sole use of some.\n\nhttp://example.com\n",
        "It fails.",
    ),
    "Thunderbird en": (("> quoted first\n\nYes.\n"), "Yes."),
    "Thunderbird bottom": (
        ("Am 05.01.26 um 10:20 schrieb Support:\n> Geht es?\n> \n\nJa.\n\n-- \nJane\n"),
        "Ja.",
    ),
    "Thunderbird fr": (("Le 05/01/2026 à 10:20, Support a écrit :\n> Ça va ?\nOui.\n"), "Oui."),
    "Thunderbird it": (("Il 05/01/2026 10:20, Support ha scritto:\n> va?\n\nSì.\n"), "Sì."),
    "Thunderbird pl": (("W dniu 05.01.2026 o 10:20, Support pisze:\n> stare\n\nTak.\n"), "Tak."),
    "Thunderbird cs": (("Dne 05. 01. 26 v 10:20 Support napsal(a):\n> staré\n\nAno.\n"), "Ano."),
    "Thunderbird sv": (("Den 2026-01-05 kl. 10:20, skrev Support:\n> gammalt\n\nJa.\n"), "Ja."),
    "Thunderbird nl": (("Op 05-01-2026 om 10:20 schreef Support:\n> oud\n\nJa.\n"), "Ja."),
    "Thunderbird hu": (("2026. 01. 05. 10:20 keltezéssel, Support írta:\n> régi\n\nIgen.\n"), "Igen."),
    "Thunderbird ja": (("On 2026/01/05 10:20, Support wrote:\n> 古い\n\nはい。\n"), "はい。"),
    "Evolution": (("On Mon, 2026-01-05 at 10:20 +0100, Support wrote:\n> Is it?\n\nYes.\n"), "Yes."),
    "Mutt": (("On Mon, Jan 05, 2026 at 10:20:00AM +0100, Support wrote:\n> Is it?\n\nYes.\n"), "Yes."),
    "Gnus": (("Support <support@example.org> writes:\n\n> Is it?\n\nYes.\n"), "Yes."),
    "no blank lines": (
        ("Yes.\nOn Mon, 5 Jan 2026 at 10:20, Support <support@example.org> wrote:\n> Is it?\n"),
        "Yes.",
    ),
    "bars": (
        (
            "Yes.\n"
            "\n"
            "On Mon, 5 Jan 2026 at 10:20, Support <support@example.org> wrote:\n"
            "\n"
            "| Is it?\n"
            "|\n"
            "| Really?\n"
            "\n"
            "Thanks a lot for the help.\n"
        ),
        ("Yes.\n\nThanks a lot for the help."),
    ),
    "yes above phone": (("Yes\nSent from my iPhone\n"), "Yes"),
}

# What looks like a quote or a signature, and is what the sender says.
KEPT = {
    "a sentence below the name": "Hi.\n\nThanks,\nBob\n\nOrder 1234567 is still missing since 12 May",
    "a link below the name": "Hi.\n\nThanks,\nBob\n\nSee https://example.com/orders/12 where it shows nothing at all",
    "a postscript": "Hi.\n\nRegards\nBob\n\nPS: Call +43 1 234 56 78",
    "nothing but lawyers": "This e-mail is confidential and intended solely for the addressee: why do you add that?",
    "a form": "Shipping is wrong.\n\nFrom: Vienna\nTo: Graz\nDate: 5.1.2026\n\nIt should be free.",
    "two versions": "Look.\n\n--- Original ---\nfoo\n--- Changed ---\nbar",
    "the page of that name": "Hi.\n\nLegal notice is missing in the footer, and so is the disclaimer in the terms.",
    "a disclaimer of one's own": "Hi.\n\nDisclaimer: I changed the template myself, so it may well be my fault.",
    "Spanish error": "Hola.\n\nEste correo da un error: el destinatario no lo recibe, y es confidencial.",
    "Danish error": "Hej.\n\nModtageren får en fejl, når han åbner denne e-mail.",
    "French error": "Bonjour.\n\nLe message est parti par erreur à tous les destinataires.",
    "on a phone": "It works on the desktop.\n\nIt fails on my mobile device",
    "on a phone, German": "Am Rechner geht es.\n\nVon meinem Handy geht es nicht.",
    "on a phone, Korean": "안녕하세요.\n\n내 휴대폰에서 결제가 안 됩니다",
    "on a phone, Chinese": "你好\n\n從我的手機無法付款",
    "sent by mail": "The goods?\n\nSent by mail on Monday.",
    "sent at the end": "The mails are not seen in the shop but were\nsent from my phone",
    "a decorated link": "Visit us now\n>>> >>>  http://www.example.com <<<\nby the link above.",
    "sent from a desk": "It fails.\n\nSent from my desk, which is easier to work at than the phone.",
    "initials that quote nothing": "IF a> b\nELSE> c\nis what the code says.",
    "a list of dashes": "We want:\n-Alice\n-Bob",
    "a wish to somebody": "Please tell him\n\nThanks\nfor all he did",
    "a pasted header": "It got lost:\nFrom: shop@example.com\nDate: Mon, 5 Jan 2026 10:20\nTo: j@example.com\n\nWhy?",
    "log": ("The log says:\nFrom: checkout.php line 14\nTo: nowhere\nSubject: none\nWhat is it?\n"),
    "contact asked for": ("Here is the account:\n\nJane Example\njane@customer.example\n+43 1 234 56 78\n"),
    "on sentence": (
        "On Monday we moved to a new server.\nOn the old one it worked, as Bob wrote:\nno trouble at all.\n"
    ),
    "order data": (
        "Name: Jane\nEmail: jane@customer.example\nOrdered: 2026-01-05 10:20\nTotal: 5\n\nPlease help.\n"
    ),
    "colleague wrote": ("bob@example.com wrote:\nthe certificate is too old.\n\nWhat shall we do?\n"),
    "table": ("| a | b |\n| 1 | 2 |\nThe second column is wrong.\n"),
    "thanks then text": ("It is not better.\nThanks\nCheckout still fails\n"),
    "dash answer": ("Is it on?\n-No\n"),
}


@pytest.mark.parametrize("below", BELOW.values(), ids=BELOW)
def test_what_was_typed_above_is_new_and_nothing_else(below: str) -> None:
    """Quote, signature and disclaimer are told apart, whatever program wrote them."""
    split = split_text(f"{TYPED}\n\n{below}\n")
    assert split.new == TYPED
    assert split.quoted or split.signature


@pytest.mark.parametrize("below", BELOW.values(), ids=BELOW)
def test_a_first_mail_keeps_it_all_but_its_signature(below: str) -> None:
    """There is nothing that it could answer: what it quotes it wants to be read."""
    assert split_text(f"{TYPED}\n\n{below}\n", first=True).quoted == ""


OURS = "Hello Jane,\n\nthe update of the checkout is done.\nPlease try again, and tell us.\n\nAnna, Example Support"
OLD = re.compile(r"^([>| ]*)(?:Old text|Old|Text)\.?$", re.MULTILINE)
# A line of these stands behind the header block or the quote, and is shown.
SHOWN = ("Mutt, forwarded", "Outlook appointment")


@pytest.mark.parametrize("name", [name for name in BELOW if OLD.search(BELOW[name]) and name not in SHOWN])
def test_a_quote_of_ours_is_cut_from_a_customers_reply_with_what_introduces_it(name: str) -> None:
    """As from any mail, though there what is no mail of ours is shown."""
    below = OLD.sub(lambda old: "\n".join(old[1] + line for line in OURS.splitlines()), BELOW[name])
    split = split_text(f"{TYPED}\n\n{below}\n", ours=[OURS], from_customer=True)
    assert (split.shown, split.left_out) == (TYPED, 0)


@pytest.mark.parametrize(("text", "new"), PLACED.values(), ids=PLACED)
def test_an_answer_is_heard_wherever_it_stands(text: str, new: str) -> None:
    """Below the quote, between its lines, or right above it."""
    assert split_text(text).new == new


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT)
def test_what_only_looks_like_a_quote_or_signature_is_kept(text: str) -> None:
    """A quote too much is better than an answer too little."""
    assert split_text(text).new == text.strip()
