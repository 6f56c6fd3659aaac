"""The words by which reasoning talks about words, and the small words that say nothing alone, in many languages.

A foreign word is *mentioned* when the text around it says so.  `kernels/quotes.py` looks at the words beside it, in the
same sentence and line:

- in quotation marks, back quotes or emphasis, with a cue near: a noun of grammar ("word", "suffix"), a verb of naming
  ("called", "spelled"), a language's name, or "means";
- without them, at most four words: directly after a noun of grammar, a verb of naming or a language's name ("the word
  Haus", "called tofu"); after "is" or a colon in a sentence that names a language, or asks for "the word for"; before
  "means", unless a clause follows ("means that"); before "is German for", "in German";
- with a gloss: a few words of the main language in brackets after it, or alone in brackets after such words;
- beside an equals sign with a few words of the main language and nothing else; beside a colon, dash, arrow or bar in a
  list or table of at least two such entries;
- in quotation marks, when the same words are mentioned elsewhere in the trace.

More than six words, or two sentences, are never a mention.  It gets wrong: words in quotation marks without any cue
(missed); a bracket that goes on instead of explaining, and a foreign word after "in Spanish it is" that is really
used (marked).  Cues were written by hand for en zh ja ko de fr es pt it nl ru uk pl ar fa hi bn tr vi id sw th.
"""

# ruff: noqa: RUF001  (letters of many scripts look alike, and are meant)

from __future__ import annotations

from typing import Final

#: Classes of words in the order of their bits, which `kernels/quotes.py` names.  An entry is one word, or several
#: letters where the script writes no spaces; a particle written onto a Korean word does not hide it.
CLASSES: Final = {
    # Too common to be quoted alone: that "der" stands in a German prompt says nothing about a "der" in the text.
    "function": """
        the a an of and or to in on at by for with from is are was were be been has have had do does did not no so
        if then
        than that this these those it its he she they we you i as but also thus hence therefore because since there
        here
        what which who when where how why all any some one two can will would should could may must let wait ok okay
        yes
        now first next each many more much most other same such only just very
        der die das den dem des ein eine einen einem einer eines und oder aber also denn dann wenn weil dass ob ist
        sind
        war waren sein hat haben wird werden kann muss nicht kein keine nur noch schon auch so wie was wer wo zu zum
        zur
        von vom mit bei nach aus auf für über unter vor im am an in ich du er sie es wir ihr man sich hier da jetzt
        nun ja
        nein daher deshalb somit mehr viel viele wieviel alle jede jeder jedes dieser diese dieses
        le la les un une des du de et ou où mais donc or ni car est sont était être a ont avoir ne pas plus que qui
        quoi
        dont ce cet cette ces il elle on nous vous ils elles je tu se sa son ses au aux en dans par pour sur avec
        sans si
        alors ainsi puis comme tout fois plus chaque combien moins
        el los las una unos unas y o u pero pues entonces porque aunque es son era ser está están estar ha han haber
        no sí
        más que quien cual cuando como donde lo al del por para con sin sobre entre se su sus mi tu yo él ella
        nosotros
        ellos esto este esta eso esa ahora luego así también ya cada cuántos cuántas cuánto todos todas
        os as um uma e mas então porém são foi ser está tem têm não sim mais quem onde ao do da dos das no na nos
        nas em
        com sem seu sua eu ele ela nós eles isso isto este esta agora assim já também
        il lo gli uno ed ma quindi dunque allora perché sono era essere ha hanno non sì più che chi cui dove di dal
        dalla
        del della nel nella sul sulla con senza per tra fra si suo sua io lui lei noi loro questo questa quello ora
        poi
        così anche già
        het een van maar dus want dan als dat omdat zijn waren heeft hebben wordt niet geen nog ook hoe wat wie waar
        te
        naar met bij uit op voor over onder om ik jij hij zij wij ze er nu ja nee daarom
        i w z na do od po za ze że o u a ale lub czy więc bo to jest są był była było być ma nie tak jak co kto
        gdzie się
        już tylko także
        och att det den som är var en ett på av med för till om men så inte har kan vi jag du han hon de nu ja nej
        og at er på av ikke jeg vi
        ve veya ile bu şu o bir de da için ama fakat çünkü ki ise mi mı mu mü değil var yok çok daha gibi kadar
        sonra
        önce ben sen biz siz onlar ne
        dan atau yang di ke dari untuk dengan ini itu adalah tidak juga karena jadi maka pada akan bisa ada kita
        saya
        na ya wa kwa ni la za cha vya katika hii hiyo huu hilo kama lakini au kisha pia si hivyo
        và hoặc là của có không cho với trong trên này đó một các những thì mà nên vì nếu được đã sẽ ta tôi
        и или в во на с со к ко у о об от до по за из не ни но а что это как так то же бы ли если когда где кто он
        она
        оно они мы вы я ты его её их для при без над под есть был была было были быть значит поэтому тогда теперь
        уже
        та або і й що це як так він вона вони ми ви для але тому тоді якщо не на з від до
        و في من على إلى الى عن مع هذا هذه ذلك التي الذي أن ان إن لا ما لم هو هي هم نحن أو ثم لكن لأن إذا كان قد كل
        را از به با که این آن در است بود برای تا یا اما پس هم نیست می ها
        है हैं था थी थे और या का की के को में से पर ने यह वह ये वे कि जो तो ही भी नहीं एक इस उस हम मैं आप लिए क्या
        अब
        আর ও বা এবং কি কী যে এই সেই এ তা না নয় হয় হল হলো থেকে জন্য করে কিন্তু তাই তবে যদি আমি আমরা তুমি সে তারা
        এখন একটি এক
        은 는 이 가 을 를 이다 입니다 이라고 라고
        그리고 그래서 그러나 하지만 따라서 그러면 이 그 저 것 수 등 및 또는 즉 우리 나는 이제
        的 了 是 在 和 与 或 有 不 也 就 都 而 及 但 所以 因此 因为 但是 而且 然后 如果 那么 这个 那个 我们 他们
        你们 可以 需要 一个 这样 这里 那么
        首先 其次 最后 接着 现在 即 则 其中 可能 应该 没有 不是 就是 还有 或者 以及 对于 关于 由于 等等 什么 怎么
        为什么 例如 比如 同时 此外
        です ます でした する した して いる ある ない から ので しかし そして だから つまり これ それ ここ この
        その では には とは という ですが
        また ため もの こと よって したがって まず 次に
        ที่ และ ของ คือ เป็น ใน มี ไม่ จะ ได้ ให้ กับ หรือ แต่ ถ้า ดังนั้น เพราะ นี้ นั้น ว่า ก็ เรา
    """,
    # Written onto the end of a Korean or Bengali word, or behind one in Japanese and Chinese.
    "particle": """
        은 는 이 가 을 를 의 에 에서 에게 께 로 으로 와 과 도 만 까지 부터 보다 처럼 이라 라 이다 이란 란 이나 나
        에는 에서는 으로는 로는 에도
        까지는 이라는 라는 입니다 이라고 라고 하고 이며 며
        টি টা গুলি গুলো ই ও টির টাকে
        の は が を に で と も へ や 的 了
    """,
    # Written onto the start of an Arabic or Hebrew word.
    "prefix": "ال وال بال فال كال لل و ف ب ك ل ה ו ב ל מ ש כ וה",
    # Nouns of grammar and of talking about words.
    "noun": """
        word words phrase phrases noun nouns verb verbs adjective adjectives adverb adverbs pronoun pronouns
        preposition postposition conjunction interjection interjections prefix prefixes suffix suffixes affix
        idiom idioms proverb synonym synonyms antonym antonyms homonym character characters
        vowel vowels consonant consonants syllable syllables kanji hanzi hiragana katakana pinyin spelling
        translation translations transliteration morpheme etymology
        diacritic
        wort wörter worte begriff begriffe silbe buchstabe buchstaben zeichen substantiv adjektiv
        übersetzung vokabel
        mot mots syllabe verbe adjectif traduction
        palabra palabras frase sílaba verbo sustantivo adjetivo traducción
        palavra palavras sílaba substantivo tradução
        parola parole sillaba sostantivo aggettivo traduzione
        woord woorden uitdrukking lettergreep werkwoord vertaling
        слово слова словом слов фраза фразы слог глагол существительное перевод
        переклад
        słowo słowa wyraz zwrot sylaba czasownik tłumaczenie znaczenie
        كلمة الكلمة كلمات مصطلح المصطلح عبارة لفظ ترجمة مرادف
        واژه کلمه واژهٔ عبارت ترجمه معنی معنای مترادف
        शब्द शब्दों मुहावरा वाक्यांश अक्षर अनुवाद पर्यायवाची
        শব্দ শব্দটি শব্দের শব্দটির শব্দগুলি বাগধারা অনুবাদ সমার্থক প্রতিশব্দ উপসর্গ প্রত্যয়
        단어 낱말 음절 명사 동사 형용사 번역
        kelime kelimesi kelimesinin kelimenin sözcük sözcüğü sözcüğünün hece çevirisi
        từ chữ thuật ngữ cụm dịch
        kata istilah frasa ungkapan huruf terjemahan sinonim
        neno maneno istilahi tafsiri silabi
        词 词语 单词 一词 术语 短语 汉字 名词 动词 形容词 成语 词汇 同义词 反义词 前缀 后缀 翻译 译文
        詞 詞語 單詞 一詞 術語 翻譯
        単語 言葉 用語 漢字 語句 訳語 同義語 熟語
        คำว่า คำศัพท์ คำแปล ความหมาย
    """,
    # Naming, writing and translating.
    "says": """
        called named termed spelled spelt written pronounced translated translates translate translating
        transliterated
        rendered denoted abbreviated
        genannt heißen geschrieben übersetzt ausgesprochen
        appelé appelée nommé écrit traduit traduire prononcé
        llamado llamada escribe escrito traduce traducido traducir pronuncia
        chamado chamada escreve escrito traduz traduzido traduzir
        chiamato chiamata scrive scritto traduce tradotto tradurre
        genoemd geschreven vertaald
        называется называют переводится пишется перевести называється перекладається
        nazywa nazywany pisze tłumaczy
        تسمى يسمى تكتب يكتب تترجم يترجم نامیده نوشته
        कहते कहा लिखा अनुवादित
        বলা বলে বলতে লেখা
        불리는 번역하면 번역된 쓰는
        denir denilen çevrilir yazılır
        gọi
        disebut diterjemahkan ditulis
        huitwa inaitwa hutafsiriwa
        叫做 称为 称作 译为 译作 译成 翻译为 翻译成 读作 写作 写成
        叫做 稱為 譯為 翻譯成
        と呼ばれ と呼ぶ と訳す と書く と読む
        เรียกว่า แปลว่า
    """,
    # Before or after the word that they explain.
    "means": """
        means mean meaning denotes signifies signify refers literally equivalent corresponds
        bedeutet heißt bezeichnet
        signifie désigne dire
        significa significan decir dizer designa
        vuol betekent
        означает значит обозначает переводится означає znaczy oznacza
        تعني يعني معناها معناه یعنی
        मतलब अर्थ অর্থ মানে
        뜻 뜻은 뜻이 뜻을 의미 뜻한다 의미한다
        demek demektir anlamına
        nghĩa
        berarti artinya bermakna
        maana inamaanisha humaanisha
        意思是 的意思 意为 意指 是指 意味着 という意味 を意味 の意味 とは หมายถึง หมายความว่า แปลว่า
    """,
    # Names of languages and scripts, in English and in the languages themselves.
    "language": """
        english chinese mandarin cantonese japanese korean german french spanish portuguese italian dutch russian
        ukrainian
        polish czech arabic persian farsi hindi urdu bengali bangla sanskrit marathi tamil telugu punjabi gujarati
        nepali
        turkish vietnamese indonesian malay thai burmese khmer lao swahili hebrew yiddish greek latin swedish
        norwegian
        danish finnish icelandic hungarian romanian bulgarian serbian croatian bosnian slovak slovene macedonian
        albanian
        lithuanian latvian estonian georgian armenian mongolian tibetan welsh irish gaelic basque catalan afrikaans
        tagalog filipino cyrillic devanagari
        deutsch deutschen deutsche englisch englischen französisch französischen spanisch spanischen russisch
        chinesisch
        japanisch arabisch türkisch italienisch
        anglais allemand français espagnol chinois japonais russe arabe italien
        inglés alemán francés español chino japonés ruso árabe italiano
        inglês alemão francês espanhol chinês japonês russo português
        inglese tedesco francese spagnolo cinese giapponese
        engels duits frans spaans
        английски английский английском немецки немецкий немецком французски французском русски русский русском
        китайски
        китайском японски испански арабски англійською німецькою українською
        angielsku niemiecku francusku polsku
        الإنجليزية بالإنجليزية العربية بالعربية الفرنسية بالفرنسية الألمانية بالألمانية الفارسية الصينية
        انگلیسی فارسی عربی فرانسوی آلمانی
        अंग्रेज़ी अंग्रेजी हिन्दी हिंदी संस्कृत उर्दू
        ইংরেজি ইংরেজিতে বাংলা বাংলায় সংস্কৃত হিন্দি
        영어 영어로 한국어 한국어로 독일어 독일어로 프랑스어 중국어 중국어로 일본어 일본어로 스페인어
        ingilizce ingilizcede almanca almancada fransızca türkçe türkçede arapça çince
        anh pháp
        inggris jerman prancis arab
        kiingereza kiswahili kijerumani kifaransa kiarabu
        英文 英语 德语 德文 法语 法文 西班牙语 俄语 日语 日文 韩语 中文 汉语 阿拉伯语 拉丁语 英語 德語 法語 漢語
        ドイツ語 フランス語 中国語 日本語 スペイン語 ロシア語 韓国語 ラテン語
        ภาษาอังกฤษ ภาษาไทย ภาษาจีน ภาษาญี่ปุ่น ภาษาเยอรมัน
    """,
    # Between a cue and the word.
    "link": """
        is are was were be being as would become becomes say says
        ist sind wäre als est sont serait se comme es son sería è sono sarebbe é são seria como come
        dit heißt dice diz
        это هو هي است है हैं হলো হল olarak là adalah ni ialah yaitu jest
        是 为 為 は คือ
    """,
    # "the word for green", "German for house".
    "for": "for in für auf pour en para em per voor на для لـ برای के के लिए জন্য için cho untuk kwa",
    # Between two words of a list.
    "and": """
        and or und oder et ou y e o ed en of и или или і та lub oraz و یا और या এবং ও বা 와 과 ve veya và hoặc dan
        atau na au
    """,
    # Before "words" where it is no word that is meant.
    "other": "other few own many key",
    # Begins a bracket that goes on, or the clause that a real "means" needs.
    "no_gloss": """
        that we i you he she they it its there this these those if when so because since which who where whose see
        as but
        not from after before without although though while however again also then thus hence therefore wait maybe
        assuming given note unless until usually usual
        dass wir ich er sie es wenn weil da siehe also que nous je il elle si car voir porque ya ver vide che se
        vedi dat
        что мы если так أن لأن कि যে যদি bahwa kita karena kwamba
    """,
    # Nouns of grammar that have other uses ("the second term"): cues only for words in quotation marks.
    "grammar": """
        example examples becomes ending ends derived derives origin titled entitled title poem song slogan line plural
        singular tense participle infinitive dialect stands
        term terms particle particles root stem letter letters meaning meanings sandhi expression expressions
        sentence
        case inflection conjugation compound accent vocabulary ausdruck bedeutung terme termes lettre lettres
        signification término términos letra letras significado termo termos expressão termine termini espressione
        lettera lettere significato betekenis термин термина выражение буква буквы значение термін вираз значення
        termin
        litera حرف الحرف معنى المعنى पद अर्थ मतलब পদ অক্ষর বর্ণ অর্থ মানে 용어 표현 글자 뜻 의미 terim terimi ifade
        ifadesi harf
        harfi anlamı nghĩa arti 字母 含义 意思 含義 表現 意味
    """,
}
