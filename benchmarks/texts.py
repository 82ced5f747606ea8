"""What the customers of the workload write: sentences in six languages, with the charsets that people use there."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """How people of one language write; `weight` of 100 do. `charsets` is what their programs declare."""

    weight: int
    charsets: tuple[str, ...]
    names: tuple[str, ...]
    subjects: tuple[str, ...]
    hello: str
    sentences: tuple[str, ...]
    goodbye: str
    wrote: str
    away: str


ENGLISH = Language(
    62,
    ("us-ascii", "us-ascii", "utf-8", "utf-8", "utf-8", "windows-1252"),
    ("Alice Parker", "Tom O'Hara", "Priya Nair", "George Bell", "Nina Holt", "Sam Whitfield"),
    (
        "Checkout hangs on the last step",
        "HotRush: the shop shows a white page",
        "Sales tax for Oregon is charged twice",
        "FedEx quotes have disappeared",
        "Upgrade from 4.4.2 to 4.5.1",
        "Question about the monthly report",
        "Cannot log in any more",
        "Please move our logo to the left",
        "A patch leaves rejected files behind",
        "Coupon codes are ignored since Monday",
    ),
    "Hello,",
    (
        "Since this morning two of our buyers have told us that they cannot finish their order.",
        "I have tried it myself with another browser and see the same thing.",
        "The log of the web server has nothing but a line about a missing column.",
        "We changed nothing on our side, apart from a new banner on the front page.",
        "It happens only when the parcel goes to Canada or to Alaska.",
        "Could you tell me by when somebody will look into this?",
        "I have attached what the screen looks like when it goes wrong.",
        "Our developer left last year, so please explain it in simple words.",
        "The amount on the invoice is right, the one in the mail to the buyer is not.",
        "After we cleared the cache it worked for about an hour.",
        "You can use the account that you made for yourselves in spring.",
        "We would rather not switch the module off, because half of our sales depend on it.",
        "The step before that works as it should, and the total there is correct.",
        "If you need the password of the server, please call me instead of writing.",
    ),
    "Kind regards",
    "On Tue, 3 Mar 2026 at 09:12, {who} wrote:",
    "I am out of the office until Monday and read no mail. In urgent cases call our front desk.",
)
GERMAN = Language(
    14,
    ("iso-8859-1", "utf-8", "windows-1252"),
    ("Jürgen Köhler", "Heike Strauß", "Uwe Lang"),
    ("Bestellungen bleiben hängen", "Mehrwertsteuer für Österreich fehlt", "Frage zur Größe der Bilder"),
    "Guten Tag,",
    (
        "seit gestern können unsere Kunden nicht mehr per Überweisung bezahlen.",
        "Die Seite bleibt nach dem letzten Schritt einfach weiß.",
        "Auf dem Testserver läuft alles, nur im echten Geschäft nicht.",
        "Könnten Sie bitte nachsehen, ob die Einstellungen für Österreich noch stimmen?",
        "Wir haben außer einem neuen Bild nichts geändert.",
    ),
    "Mit freundlichen Grüßen",
    "Am 3. März 2026 um 09:12 schrieb {who}:",
    "Ich bin bis Montag nicht im Büro und lese keine Mails. Meine Vertretung erreichen Sie über die Zentrale.",
)
FRENCH = Language(
    10,
    ("iso-8859-15", "utf-8"),
    ("Hélène Garnier", "Benoît Morel"),
    ("Paiement refusé à la dernière étape", "Règles de TVA après la mise à jour"),
    "Bonjour,",
    (
        "depuis hier soir, la dernière étape de la commande reste bloquée.",
        "Nous n'avons rien modifié, à part une image sur la page d'accueil.",
        "Le montant affiché est de 45 € trop élevé pour la Belgique.",
        "Pourriez-vous nous dire quand quelqu'un pourra regarder ?",
    ),
    "Bien à vous",
    "Le 3 mars 2026 à 09:12, {who} a écrit :",
    "Je suis absente jusqu'à lundi et ne lis pas mes messages.",
)
RUSSIAN = Language(
    6,
    ("koi8-r", "windows-1251", "utf-8"),
    ("Ольга Смирнова", "Павел Егоров"),
    ("Не работает оформление заказа", "Вопрос о доставке"),
    "Здравствуйте!",
    (
        "Со вчерашнего дня покупатели не могут закончить заказ.",
        "На последнем шаге страница остаётся белой.",
        "Мы ничего не меняли, кроме картинки на главной странице.",
        "Подскажите, пожалуйста, когда можно ждать ответа?",
    ),
    "С уважением",
    "3 марта 2026 г., 09:12, {who} пишет:",
    "Меня не будет до понедельника, почту я не читаю.",
)
JAPANESE = Language(
    4,
    ("iso-2022-jp", "shift_jis", "utf-8"),
    ("佐藤 健", "山田 花子"),
    ("注文が完了できません", "送料の計算について"),
    "お世話になっております。",
    (
        "昨日から最後の画面で止まってしまいます。",
        "別のブラウザでも同じでした。",
        "こちらでは画像を一枚変えただけです。",
        "いつごろ見ていただけますでしょうか。",
    ),
    "よろしくお願いいたします。",
    "2026年3月3日 09:12 {who}:",
    "月曜日まで不在にしております。",
)
POLISH = Language(
    4,
    ("iso-8859-2", "utf-8"),
    ("Małgorzata Wróbel", "Łukasz Zięba"),
    ("Błąd przy płatności", "Pytanie o stawkę podatku"),
    "Dzień dobry,",
    (
        "od wczoraj klienci nie mogą dokończyć zamówienia.",
        "Po kliknięciu ostatniego przycisku strona pozostaje pusta.",
        "Niczego nie zmienialiśmy oprócz jednego zdjęcia.",
        "Proszę o informację, kiedy można się spodziewać odpowiedzi.",
    ),
    "Pozdrawiam serdecznie",
    "W dniu 3.03.2026 o 09:12 {who} pisze:",
    "Jestem nieobecna do poniedziałku.",
)
LANGUAGES = (ENGLISH, GERMAN, FRENCH, RUSSIAN, JAPANESE, POLISH)
