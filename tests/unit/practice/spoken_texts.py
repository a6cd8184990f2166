"""Texts for the tests of the practice service's voice."""

from __future__ import annotations

# language_boost: the voice of Debian's espeak-ng, and texts that say different things. Not Chinese: that
# program's Mandarin voice spells it in English.
TEXTS = {
    "English": (
        "en",
        (
            "The weather is fine today; let us walk in the park.",
            "My sister bought seven green apples at the market.",
            "Nobody knew when the last train would leave the station.",
        ),
    ),
    "German": (
        "de",
        (
            "Heute ist das Wetter schön, gehen wir in den Park.",
            "Meine Schwester hat sieben grüne Äpfel gekauft.",
            "Niemand wusste, wann der letzte Zug abfährt.",
        ),
    ),
    "Spanish": (
        "es",
        (
            "Hoy hace buen tiempo, vamos al parque.",
            "Mi hermana compró siete manzanas verdes.",
            "Nadie sabía cuándo salía el último tren.",
        ),
    ),
    "Russian": (
        "ru",
        (
            "Сегодня хорошая погода, пойдём гулять в парк.",
            "Моя сестра купила семь зелёных яблок.",
            "Никто не знал, когда уходит последний поезд.",
        ),
    ),
    "Finnish": (
        "fi",
        (
            "Tänään on kaunis sää, mennään puistoon.",
            "Sisareni osti seitsemän vihreää omenaa.",
            "Kukaan ei tiennyt, milloin viimeinen juna lähtee.",
        ),
    ),
    "Korean": (
        "ko",
        (
            "오늘은 날씨가 좋으니 공원에 산책하러 가요.",
            "언니가 시장에서 초록 사과를 일곱 개 샀어요.",
            "마지막 기차가 언제 떠나는지 아무도 몰랐어요.",
        ),
    ),
    "Filipino": (
        "id",
        (
            "Maganda ang panahon ngayon, maglakad tayo sa parke.",
            "Bumili ang ate ko ng pitong berdeng mansanas.",
            "Walang nakakaalam kung kailan aalis ang huling tren.",
        ),
    ),
}

PINYIN = {
    "今天天气很好，我们去公园散步吧。": "jin1 tian1 tian1 qi4 hen3 hao3, wo3 men5 qu4 gong1 yuan2 san4 bu4 ba5.",
    "我姐姐在市场上买了七个绿苹果。": "wo3 jie3 jie5 zai4 shi4 chang3 shang4 mai3 le5 qi1 ge4 lv4 ping2 guo3.",
    "没有人知道最后一班火车什么时候开。": "mei2 you3 ren2 zhi1 dao4 zui4 hou4 yi1 ban1 huo3 che1 shen2 me5 shi2 hou5 kai1.",
}

SENTENCES = {
    "Chinese": "今天天气很好，我们去公园散步吧。",
    "Chinese,Yue": "今日天氣好好，我哋去公園行下。",
    "English": "The weather is fine today.",
    "Arabic": "الطقس جميل اليوم، هيا نتمشى.",
    "Russian": "Сегодня хорошая погода.",
    "Spanish": "Hoy hace buen tiempo.",
    "French": "Il fait beau aujourd'hui.",
    "Portuguese": "Hoje o tempo está bom.",
    "German": "Heute ist schönes Wetter.",
    "Turkish": "Bugün hava çok güzel.",
    "Dutch": "Het is vandaag mooi weer.",
    "Ukrainian": "Сьогодні гарна погода.",
    "Vietnamese": "Hôm nay trời đẹp quá.",
    "Indonesian": "Hari ini cuacanya bagus.",
    "Japanese": "きょうはいい天気ですね。",
    "Italian": "Oggi fa bel tempo.",
    "Korean": "오늘은 날씨가 좋아요.",
    "Thai": "วันนี้อากาศดีมาก",
    "Polish": "Dzisiaj jest ładna pogoda.",
    "Romanian": "Astăzi este vreme frumoasă.",
    "Greek": "Σήμερα ο καιρός είναι ωραίος.",
    "Czech": "Dnes je hezké počasí.",
    "Finnish": "Tänään on kaunis sää.",
    "Hindi": "आज मौसम बहुत अच्छा है।",
    "Bulgarian": "Днес времето е хубаво.",
    "Danish": "Vejret er godt i dag.",
    "Hebrew": "היום מזג האוויר יפה.",
    "Malay": "Cuaca hari ini baik.",
    "Persian": "امروز هوا خیلی خوب است.",
    "Slovak": "Dnes je pekné počasie.",
    "Swedish": "Det är fint väder i dag.",
    "Croatian": "Danas je lijepo vrijeme.",
    "Filipino": "Maganda ang panahon ngayon.",
    "Hungarian": "Ma szép idő van.",
    "Norwegian": "Det er fint vær i dag.",
    "Slovenian": "Danes je lepo vreme.",
    "Catalan": "Avui fa bon temps.",
    "Nynorsk": "Det er fint vêr i dag.",
    "Tamil": "இன்று வானிலை நன்றாக உள்ளது.",
    "Afrikaans": "Die weer is vandag mooi.",
    "auto": "The weather is fine today.",
}
