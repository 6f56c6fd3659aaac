"""The words by which a trace shows its structure, by language, and where they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from traceviz.segments.word_sets import word_set

if TYPE_CHECKING:
    from traceviz.measures.sample import Sample

#: Reflective words.  The English list is that of DeepSeek-R1 (supplement C.2), with its inflected forms; the others
#: are our translations of it, in the forms in which they are said.
REFLECTIVE: Final[dict[str, str]] = {
    "en": "wait mistake mistakes however but retry retrying error errors verify verifies verified verifying wrong "
    "evaluate evaluates evaluated evaluating check checks checked checking",
    "de": "warte moment fehler jedoch allerdings aber nochmal nochmals falsch überprüfe überprüfen überprüft prüfe "
    "prüfen geprüft verifiziere verifizieren bewerten bewerte kontrolliere kontrollieren",
    "es": "espera esperen error errores equivocación embargo pero reintentar verificar verifico verifiquemos "
    "verifica incorrecto equivocado equivocada evaluar evalúo evaluemos comprobar compruebo comprobemos revisar reviso "
    "revisemos",
    "fr": "attends attendez attendons erreur erreurs cependant toutefois mais réessayer réessayons vérifier vérifions "
    "vérifie faux fausse évaluer évaluons évalue contrôler contrôlons",
    "it": "aspetta aspettate errore errori tuttavia però ma riprovare riproviamo verificare verifichiamo verifica "
    "sbagliato sbagliata valutare valutiamo controllare controlliamo controlla",
    "pt": "espere espera erro erros entanto porém mas verificar verifiquemos verifico verifica errado errada avaliar "
    "avaliemos avalio conferir confira conferindo checar",
    "nl": "wacht fout fouten echter maar opnieuw controleren controleer gecontroleerd verifiëren verifieer verkeerd "
    "evalueren evalueer nagaan",
    "pl": "czekaj poczekaj chwila błąd błędy jednak ale ponownie sprawdź sprawdzić sprawdzam sprawdźmy zweryfikować "
    "zweryfikuj zweryfikujmy źle błędnie ocenić oceńmy",
    "ru": "подожди подождите стоп ошибка ошибки ошибку однако но заново проверить проверим проверю проверяем проверка "
    "неправильно неверно оценить оценим",
    "uk": "зачекай зачекайте стоп помилка помилки помилку однак проте але заново перевірити перевіримо перевіряю "
    "перевірка неправильно невірно оцінити оцінимо",
    "tr": "bekle durun hata hatalar ancak fakat ama tekrar doğrula doğrulayalım doğrulamak yanlış değerlendirelim "
    "değerlendirmek kontrol",
    "id": "tunggu kesalahan namun tetapi tapi ulangi verifikasi memverifikasi salah evaluasi mengevaluasi periksa "
    "memeriksa cek",
    "sv": "vänta fel misstag emellertid dock men igen verifiera verifierar felaktigt utvärdera utvärderar kontrollera "
    "kontrollerar kolla",
    "zh": "等等 等一下 错误 错了 不过 但是 然而 可是 重试 重新 验证 不对 评估 检查 核对",
    "ja": "待って 待てよ 間違 誤り しかし でも だが ただし もう一度 やり直 検証 違う 評価 確認 確かめ",
}

#: Words that open a sentence in which another way is tried, after "alternatively" (arXiv 2501.18585).
OPENINGS: Final[dict[str, str]] = {
    "en": "alternatively another instead",
    "de": "alternativ andererseits stattdessen",
    "es": "alternativamente otra",
    "fr": "alternativement sinon autrement",
    "it": "alternativamente altrimenti invece",
    "pt": "alternativamente outra",
    "nl": "anderzijds",
    "pl": "alternatywnie inaczej",
    "ru": "альтернативно иначе",
    "id": "alternatifnya sebaliknya",
    "zh": "或者 另一种 换一种 换个",
    "ja": "あるいは 別の 代わりに",
}

#: Words that open a sentence in which the model takes something back.
CORRECTIONS: Final[dict[str, str]] = {
    "en": "wait no actually oops hmm sorry correction hold",
    "de": "warte nein moment halt hmm ups korrektur",
    "es": "espera no perdón hmm corrección",
    "fr": "attends attendez non pardon hmm correction",
    "it": "aspetta no scusa hmm correzione",
    "pt": "espere espera não hmm correção",
    "nl": "wacht nee hmm correctie",
    "pl": "czekaj poczekaj nie hmm poprawka",
    "ru": "подожди подождите нет стоп хм исправление",
    "id": "tunggu tidak hmm koreksi",
    "zh": "等等 等一下 不对 不，",
    "ja": "待って 待てよ いや 違う",
}


#: Languages whose words no space parts.
_WITHOUT_SPACES: Final = ("zh", "ja")

#: What may stand before the first word of a sentence where no space does.
_SENTENCE_ENDS: Final = ("", "。", "！", "？", "；", "\n", ".", "!", "?")


class Marks(NamedTuple):
    """Where listed words stand: the text of each, and its place in the text (0 the first byte, 1 the last)."""

    text: NDArray[np.int64]
    place: NDArray[np.float64]


def marked(sample: Sample, lists: dict[str, str], *, opening: bool = False) -> Marks:
    """Find the words of the list of each text's main language; with ``opening`` only those that begin a sentence."""
    tags = sample.pieces.tags
    spoken = sorted({tags[code] for code in np.unique(sample.matrix[sample.matrix >= 0]).tolist()} & lists.keys())
    parts = [
        (_among_characters if tag in _WITHOUT_SPACES else _among_words)(sample, tag, lists[tag], opening=opening)
        for tag in spoken
    ]
    text = np.concatenate([np.empty(0, np.int64), *(part.text for part in parts)])
    place = np.concatenate([np.empty(0), *(part.place for part in parts)])
    order = np.lexsort((place, text))
    return Marks(text[order], place[order])


def _among_words(sample: Sample, tag: str, listed: str, *, opening: bool) -> Marks:
    from traceviz.segments.kernels.words import SENTENCE_START

    words, text = sample.words, sample.text_of_word
    chosen = word_set(listed).holds(words.hashes)
    chosen &= sample.matrix[text] == sample.pieces.tags.index(tag)
    if opening:
        chosen &= (words.flags & SENTENCE_START) != 0
    near = np.flatnonzero(chosen)
    near = near[sample.used[sample.piece_of_word[near]]]
    begin, end = sample.texts.offsets[text[near]], sample.texts.offsets[text[near] + 1]
    return Marks(text[near], (words.start[near] - begin) / np.maximum(end - begin, 1))


def _among_characters(sample: Sample, tag: str, listed: str, *, opening: bool) -> Marks:
    """Find words as strings, where no space tells what a word is; quoted ones are found too."""
    found: list[tuple[int, float]] = []
    for i in np.flatnonzero(sample.matrix == sample.pieces.tags.index(tag)).tolist():
        begin, end = sample.texts.offsets[i : i + 2].tolist()
        text = sample.texts.buffer[begin:end].tobytes().decode()
        for word in listed.split():
            at = text.find(word)
            while at >= 0:
                if not opening or text[max(at - 8, 0) : at].rstrip(" ")[-1:] in _SENTENCE_ENDS:
                    found.append((i, at / len(text)))
                at = text.find(word, at + len(word))
    return Marks(np.array([i for i, _ in found], dtype=np.int64), np.array([place for _, place in found]))
