"""What practice viewers write: warm, funny and believable, in fourteen languages. Data only, any thread.

All texts are this project's own; nobody real is named. ``{who}`` becomes another viewer's handle. Longer
than other modules because it is a word list. Imports nothing.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrases:
    """One language: comments at any time, questions to the host, cheers when a big gift lands."""

    comments: tuple[str, ...]
    questions: tuple[str, ...]
    cheers: tuple[str, ...]


ENGLISH = Phrases(
    comments=(
        "hi everyone 👋 first time here, this is so calming",
        "that shading though 😍",
        "I came for five minutes and that was an hour ago",
        "the little fox has more personality than my entire office",
        "@{who} right?? the eyes look alive",
        "ok who else is drawing along? mine looks like a potato with dreams",
        "the way you just erase it and stay calm. I would have cried",
        "good morning from a very rainy window ☔",
        "my cat is watching the pencil and is NOT okay 🐈",
        "W stream",
        "lol",
        "@{who} welcome back!!",
        "I put you on the big screen and now my whole family is here. "
        "Say hi to Grandma, she says the hat needs a feather",
        "can't believe that started as a circle",
        "left handed gang where you at ✋",
        "brb making tea, nobody draw anything good until I'm back 🫖",
        "the sound of the pencil is 10/10",
        "never skip ink day",
        "@{who} I love your name btw",
        "this song goes so well with the sketch 🎶",
        "whoever sent those roses, you are a legend 🌹",
        "that line was smoother than anything I have ever done in my life",
        "plot twist: the fox is the artist and we are the drawing",
        "ok the background just changed everything. I was not ready",
        "🔥🔥🔥",
        "night shift crew reporting in 🌙",
    ),
    questions=(
        "What paper do you use? Mine drinks ink like it's thirsty",
        "How long did it take until you liked your own drawings?",
        "Do you sketch from life or from memory?",
        "Will you sell prints of this one?",
        "Which pencil is that, 2B or 4B?",
        "What would you tell someone who starts at forty?",
    ),
    cheers=(
        "NO WAY 🦁🦁🦁",
        "somebody clip this!!",
        "I dropped my sandwich",
        "generous!! 👏👏",
        "okay who are you and are you adopting",
    ),
)

SPANISH = Phrases(
    comments=(
        "¡hola a todos! recién llego, ¿qué me perdí? 🙌",
        "qué arte, por favor 😍",
        "esa línea te quedó perfecta",
        "@{who} jajaja tal cual",
        "yo intenté dibujar un gato y salió un croissant 🥐",
        "saludos desde la cocina, se me quema el arroz pero no me voy",
        "qué paz da verte dibujar",
        "me encanta cómo mezclas los colores, parece atardecer de verdad",
        "mi hermana dice que el zorro se parece a mi tío. No se equivoca",
        "¡vamos que llegamos a la meta! 💪",
        "aprendí más en diez minutos que en todo un curso",
        "jajajajaja",
        "@{who} bienvenido, siéntate que hay café ☕",
    ),
    questions=(
        "¿Qué marca de acuarelas usas?",
        "¿Cuándo es el próximo en vivo?",
        "¿Cómo haces para no manchar con la mano?",
    ),
    cheers=("¡¡¡NOOO, qué regalazo!!! 🎉", "se me cayó el mate", "¡leyenda! 👏"),
)

PORTUGUESE = Phrases(
    comments=(
        "oi gente, cheguei! 💛",
        "que traço lindo, meu Deus",
        "eu desenho igual uma criança de três anos e olhe lá 😂",
        "@{who} verdade, ficou muito fofo",
        "boa noite de Portugal 🌙",
        "essa raposinha merecia um filme só dela",
        "tô assistindo no ônibus e todo mundo tá olhando a minha tela",
        "kkkkkkkk",
        "o barulhinho do lápis é terapia",
        "arrasou demais ✨",
        "chamei minha mãe para ver e agora ela quer aula",
    ),
    questions=(
        "Qual papel você usa?",
        "Você já fez mural? Ia ficar incrível!",
        "Dá pra começar só com lápis comum?",
    ),
    cheers=("MEU DEUS 😱🎉", "que presente é esse, gente?!", "rainha da live 👑"),
)

FRENCH = Phrases(
    comments=(
        "coucou tout le monde 👋",
        "c'est tellement apaisant, merci",
        "j'ai essayé chez moi, on dirait une patate avec des oreilles",
        "@{who} exactement, le regard est fou",
        "le petit renard a volé mon cœur 🦊",
        "bonsoir depuis le canapé, avec un chat sur les genoux",
        "ce dégradé, mais comment c'est possible",
        "mdr",
        "je devais dormir il y a deux heures",
        "on y est presque pour l'objectif, allez ! ✨",
    ),
    questions=(
        "Tu utilises quelle encre ?",
        "Est-ce que tu fais des croquis dehors aussi ?",
        "Combien de temps pour celui-ci, à peu près ?",
    ),
    cheers=("incroyable !! 👏👏", "mais NON 😱", "quelle générosité 💛"),
)

GERMAN = Phrases(
    comments=(
        "Moin zusammen ☕",
        "Wie entspannend ist das bitte",
        "Ich wollte nur kurz reinschauen. Das war vor anderthalb Stunden.",
        "@{who} genau mein Gedanke",
        "Der Fuchs guckt wie mein Chef am Montag",
        "Sehr starke Schattierung!",
        "Habe mitgezeichnet, meins ist jetzt offiziell eine Kartoffel 🥔",
        "Grüße aus der Straßenbahn, ich bin schon zwei Haltestellen zu weit gefahren",
        "haha stark",
        "Fingerspitzengefühlsweltmeisterschaft 🏆",
    ),
    questions=(
        "Welche Stifte nimmst du für die feinen Linien?",
        "Zeichnest du auch digital?",
        "Gibt es davon später einen Druck?",
    ),
    cheers=("Alter Schwede!! 🎉", "Ich fall vom Stuhl", "Ehrenmensch 👏"),
)

ARABIC = Phrases(
    comments=(
        "مساء الخير يا جماعة 🌙",
        "ما شاء الله، رسم رائع 😍",
        "حاولت أرسم معك وطلع الثعلب بطاطس 😂",
        "@{who} صحيح، العيون كأنها حقيقية",
        "هذا البث أهدأ من أي موسيقى",
        "أختي الصغيرة تقول إن الثعلب يحتاج قبعة",
        "تحياتي لكم مع كوب شاي ☕",
        "الألوان تجنن 🔥",
        "جلست خمس دقائق وصارت ساعتين",
    ),
    questions=("ما نوع الورق الذي تستخدمه؟", "كم سنة وأنت ترسم؟", "هل عندك دروس للمبتدئين؟"),
    cheers=("يا سلام!! 🦁", "كرم ما بعده كرم 👏", "لا أصدق 😱"),
)

HEBREW = Phrases(
    comments=(
        "שלום לכולם 👋",
        "איזה יופי של הצללה",
        "ניסיתי לצייר איתך ויצא לי תפוח אדמה עם אוזניים",
        "@{who} בדיוק מה שחשבתי",
        "הצליל של העיפרון פשוט מרגיע",
        "נכנסתי לדקה ונשארתי כל הערב 🙈",
        "השועל הזה חמוד מדי 🦊",
        "חחחחח",
    ),
    questions=("באיזה עיפרון את משתמשת?", "כמה זמן לוקח ציור כזה?", "יש טיפים למתחילים?"),
    cheers=("וואו!! 🎉", "איזה פירגון 👏", "נפלתי מהכיסא"),
)

HINDI = Phrases(
    comments=(
        "नमस्ते सबको 🙏",
        "कितनी सुंदर ड्रॉइंग है!",
        "मैंने भी बनाने की कोशिश की, आलू बन गया 😂",
        "@{who} बिल्कुल सही कहा",
        "चाय और यह लाइव, शाम बन गई ☕",
        "आँखें तो एकदम असली लग रही हैं",
        "पाँच मिनट के लिए आया था, एक घंटा हो गया",
        "रंगों का तो जवाब नहीं 🔥",
        "दादी पूछ रही हैं कि लोमड़ी का नाम क्या है",
    ),
    questions=("आप कौन सी पेंसिल इस्तेमाल करते हैं?", "शुरुआत कैसे करें?", "अगला लाइव कब है?"),
    cheers=("अरे वाह!! 🎉", "क्या बात है 👏👏", "दिल जीत लिया ❤️"),
)

JAPANESE = Phrases(
    comments=(
        "こんばんは〜🌙",
        "線がきれいすぎる",
        "初見です、よろしくお願いします🙇",
        "一緒に描いてみたけど、じゃがいもになりました…",
        "@{who} わかります、目が生きてますよね",
        "鉛筆の音、ずっと聴いていられる",
        "かわいい〜〜〜🦊✨",
        "仕事帰りの電車で見てます、一駅乗り過ごしました",
        "８８８８８８８",
        "その色の重ね方、天才では？",
        "うちの猫が画面から離れません",
    ),
    questions=("どんな紙を使っていますか？", "何年くらい描いていますか？", "下描きなしで描けますか？"),
    cheers=("えええええ！🦁", "すごすぎる👏👏👏", "神ギフト！！"),
)

KOREAN = Phrases(
    comments=(
        "안녕하세요~ 오늘도 왔어요 💛",
        "와 명암 진짜 예술이네요",
        "따라 그렸는데 감자가 됐어요 ㅋㅋㅋㅋ",
        "@{who} 인정합니다",
        "연필 소리 너무 좋아요 🎧",
        "5분만 보려고 했는데 벌써 한 시간째…",
        "여우 표정이 월요일의 저 같아요",
        "ㅋㅋㅋㅋㅋㅋ",
        "색감 미쳤다 🔥",
    ),
    questions=("종이는 어떤 거 쓰세요?", "그림 시작한 지 얼마나 됐어요?", "다음 방송은 언제예요?"),
    cheers=("대박!!! 🎉", "통 크시다 👏", "헐 사자다 🦁"),
)

CHINESE = Phrases(
    comments=(
        "大家晚上好 👋",
        "这线条也太稳了吧",
        "跟着画了一只,结果像土豆 😂",
        "@{who} 同感,眼睛像活的一样",
        "听着铅笔声写作业,效率翻倍",
        "哈哈哈哈哈",
        "本来只想看五分钟,现在茶都凉了 🍵",
        "小狐狸太可爱了吧!!",
        "配色绝了,像傍晚的天空 🌇",
        "奶奶也在看,她说帽子上要加一朵花",
    ),
    questions=("用的是什么纸?", "零基础可以学吗?", "这张画会出明信片吗?"),
    cheers=("老板大气!!! 🎉", "狮子来了 🦁🦁", "哇,手机差点掉了"),
)

THAI = Phrases(
    comments=(
        "สวัสดีค่ะทุกคน 🙏",
        "ลงเงาสวยมากเลย",
        "ลองวาดตามแล้วได้มันฝรั่งมาหนึ่งลูก 😂",
        "@{who} เห็นด้วยเลย",
        "ดูแล้วผ่อนคลายมาก จะหลับแล้ว",
        "จิ้งจอกน่ารักเกินไปแล้ว 🦊",
        "5555555",
        "ตั้งใจจะดูแป๊บเดียว นี่ผ่านไปชั่วโมงนึงแล้ว",
    ),
    questions=("ใช้กระดาษอะไรคะ?", "วาดมานานหรือยังครับ?", "ไลฟ์อีกทีวันไหนคะ?"),
    cheers=("โอ้โห!!! 🎉", "สายเปย์ตัวจริง 👏", "ตกใจเลย 😱"),
)

TURKISH = Phrases(
    comments=(
        "Herkese iyi akşamlar ☕",
        "Çizgiler çok temiz, ellerine sağlık",
        "Ben de denedim, patates oldu 😂",
        "@{who} aynen öyle",
        "Beş dakika bakacaktım, çay soğudu",
        "Tilki tam bir pazartesi sabahı yüzü",
        "Çok huzurlu bir yayın 💙",
        "Iğdır'dan İzmir'e selamlar!",
    ),
    questions=("Hangi kalemi kullanıyorsun?", "Yeni başlayanlara ne önerirsin?", "Sonraki yayın ne zaman?"),
    cheers=("Yok artık!! 🎉", "Cömertliğe bak 👏", "Efsane 🦁"),
)

INDONESIAN = Phrases(
    comments=(
        "Halo semuanya 👋",
        "Garisnya halus banget sih",
        "Aku ikut gambar, jadinya kentang 🥔😂",
        "@{who} setuju banget",
        "Niatnya lihat sebentar, eh udah sejam",
        "Rubahnya lucu bangettt 🦊",
        "wkwkwkwk",
        "Nonton sambil nunggu hujan reda ☔",
        "Suara pensilnya bikin ngantuk, enak",
    ),
    questions=("Pakai kertas apa kak?", "Belajar gambar dari mana?", "Live lagi kapan kak?"),
    cheers=("Gila keren!! 🎉", "Sultan datang 👑", "Makasih orang baik 👏"),
)

LANGUAGES: tuple[tuple[str, float, Phrases], ...] = (
    ("en", 30, ENGLISH),
    ("es", 12, SPANISH),
    ("pt", 9, PORTUGUESE),
    ("id", 7, INDONESIAN),
    ("fr", 6, FRENCH),
    ("de", 6, GERMAN),
    ("ja", 6, JAPANESE),
    ("ar", 5, ARABIC),
    ("tr", 4, TURKISH),
    ("zh", 4, CHINESE),
    ("ko", 3, KOREAN),
    ("hi", 3, HINDI),
    ("th", 3, THAI),
    ("he", 2, HEBREW),
)
