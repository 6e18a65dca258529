"""What is to be heard: a phrase, its sounds, how each engine is told to say it, and what must not be taken for it.

Sounds are those of the CMU dictionary (ARPABET without stress). Only what the dictionary and espeak-ng say is used; the
phrase is checked in these sounds, so that no homophone is ever taught as something else.
"""
import re
import subprocess
from functools import lru_cache

# Words of our own, which no dictionary has: sounds, and a spelling that English voices read that way.
OWN_WORDS = {"loqa": (["L", "OW", "K", "AH"], "loka")}

VOWELS = "AA AE AH AO AW AY EH ER EY IH IY OW OY UH UW".split()
_ESPEAK = dict(zip("AA AE AH AO AW AY EH ER EY IH IY OW OY UH UW".split(),
                   "A: a V O: aU aI E 3: eI I i: oU OI U u:".split()))
_ESPEAK |= dict(zip("B CH D DH F G HH JH K L M N NG P R S SH T TH V W Y Z ZH".split(),
                    "b tS d D f g h dZ k l m n N p r s S t T v w j z Z".split()))
_SPELLINGS = {
    "english": dict(zip(VOWELS, "ah a uh aw ow eye e er ay i ee o oy oo oo".split()))
    | dict(zip("B CH D DH F G HH JH K L M N NG P R S SH T TH V W Y Z ZH".split(),
               "b ch d th f g h j k l m n ng p r s sh t th v w y z zh".split())),
    "czech": dict(zip(VOWELS, "a e a o au aj e er ej i í ou oj u ú".split()))
    | dict(zip("B CH D DH F G HH JH K L M N NG P R S SH T TH V W Y Z ZH".split(),
               "b č d d f g h dž k l m n ng p r s š t t v v j z ž".split())),
    "finnish": dict(zip(VOWELS, "aa ä a oo au ai e öö ei i ii ou oi u uu".split()))
    | dict(zip("B CH D DH F G HH JH K L M N NG P R S SH T TH V W Y Z ZH".split(),
               "b ts d d f g h ds k l m n ng p r s s t t v v j s s".split())),
    "italian": dict(zip(VOWELS, "a e a o au ai e er ei i i o oi u u".split()))
    | dict(zip("B CH D DH F G HH JH K L M N NG P R S SH T TH V W Y Z ZH".split(),
               "b ci d d f g _ gi k l m n ng p r s sci t t v u i z s".split())),
    "catalan": dict(zip(VOWELS, "a e a o au ai e er ei i i ou oi u u".split()))
    | dict(zip("B CH D DH F G HH JH K L M N NG P R S SH T TH V W Y Z ZH".split(),
               "b tx d d f g h j k l m n ng p r s x t t v u i z j".split())),
    "german": dict(zip(VOWELS, "a ä a o au ai e ör eh i ie o eu u uh".split()))
    | dict(zip("B CH D DH F G HH JH K L M N NG P R S SH T TH V W Y Z ZH".split(),
               "b tsch d d f g h dsch k l m n ng p r ss sch t th w u j s sch".split())),
    "spanish": dict(zip(VOWELS, "a a a o au ai e er ei i i o oi u u".split()))
    | dict(zip("B CH D DH F G HH JH K L M N NG P R S SH T TH V W Y Z ZH".split(),
               "b ch d d f g j y k l m n ng p r s s t z b u y s s".split())),
    "russian": dict(zip(VOWELS, "а э а о ау ай э эр эй и и оу ой у у".split()))
    | dict(zip("B CH D DH F G HH JH K L M N NG P R S SH T TH V W Y Z ZH".split(),
               "б ч д з ф г х дж к л м н нг п р с ш т с в в й з ж".split())),
}
_INDIC_CONSONANTS = "B CH D DH F G HH JH K L M N NG P R S SH T TH V W Y Z ZH".split()
_INDIC = {
    "hindi": (dict(zip(_INDIC_CONSONANTS, "ब च ड द फ ग ह ज क ल म न ंग प र स श ट थ व व य ज श".split())),
              dict(zip(VOWELS, "आ ऐ अ ओ आउ आइ ए अर ए इ ई ओ ओइ उ ऊ".split())),
              dict(zip(VOWELS, "ा ै |ा ो ाउ ाइ े र े ि ी ो ोइ ु ू".replace("|", "").split())), "्"),
    "telugu": (dict(zip(_INDIC_CONSONANTS, "బ చ డ ద ఫ గ హ జ క ల మ న ంగ ప ర స శ ట థ వ వ య జ శ".split())),
               dict(zip(VOWELS, "ఆ ఐ అ ఓ ఆఉ ఆఇ ఎ అర్ ఏ ఇ ఈ ఓ ఓఇ ఉ ఊ".split())),
               dict(zip(VOWELS, "ా ై ా ో ౌ ాఇ ె ర్ ే ి ీ ో ోఇ ు ూ".split())), "్"),
}


@lru_cache
def lexicon():
    """Words and sounds of the CMU dictionary that Debian's pocketsphinx-en-us holds."""
    words = {}
    with open("/usr/share/pocketsphinx/model/en-us/cmudict-en-us.dict") as file:
        for line in file:
            word, *sounds = line.split()
            if word.isalpha() and len(word) > 1:
                words.setdefault(word, sounds)
    return words


def _sounds_by_espeak(word):
    said = subprocess.run(["espeak-ng", "-q", "-x", "-v", "en-us", word], capture_output=True, text=True).stdout
    said = re.sub(r"[',%=_:|]", lambda m: ":" if m[0] == ":" else "", said).strip()
    table = sorted([(v, k) for k, v in _ESPEAK.items()] + [("@", "AH"), ("I2", "IH"), ("a#", "AH"), ("0", "AA"),
                   ("A@", "AA"), ("O@", "AO"), ("e@", "EH"), ("i", "IY"), ("u", "UW"), ("@L", "AH"), ("t#", "T")],
                   key=lambda p: -len(p[0]))
    sounds, rest = [], said
    while rest:
        hit = next((p for p in table if rest.startswith(p[0])), None)
        if hit:
            sounds.append(hit[1])
        rest = rest[len(hit[0]) if hit else 1:]
    if not sounds:
        raise ValueError(f'"{word}" cannot be read aloud; write it as English words, or give --sounds')
    return sounds


def sounds_of(word):
    if word in OWN_WORDS:
        return OWN_WORDS[word][0]
    return lexicon().get(word) or _sounds_by_espeak(word)


def spell(sounds, language):
    """A spelling that a voice of the language reads as about these sounds."""
    if language not in _INDIC:
        return "".join(_SPELLINGS[language][s] for s in sounds).replace("_", "")
    consonants, initial, sign, silence = _INDIC[language]
    out, after_consonant = "", False
    for s in sounds:
        if s in VOWELS:
            out += sign[s] if after_consonant else initial[s]
            after_consonant = False
        else:
            out += (silence if after_consonant else "") + consonants[s]
            after_consonant = True
    return out


class Phrase:
    """Words that are to wake a relay."""

    def __init__(self, text, sounds=None):
        self.text = " ".join(re.sub(r"[^a-z' ]", " ", text.lower()).split())
        if not self.text:
            raise ValueError("the phrase has no words")
        self.words = self.text.split()
        self.word_sounds = [sounds_of(w) for w in self.words]
        if sounds:
            self.words, self.word_sounds = [self.text], [sounds.upper().split()]
            unknown = set(self.word_sounds[0]) - set(_ESPEAK)
            if unknown:
                raise ValueError(f"no such sounds: {' '.join(sorted(unknown))}; ARPABET without stress is wanted")
        self.sounds = [s for w in self.word_sounds for s in w]
        self.slug = re.sub(r"\W+", "_", self.text)

    def syllables(self):
        return sum(s in VOWELS for s in self.sounds)

    def problems(self):
        """What speaks against the phrase, in sentences; empty for a good one."""
        found = []
        if self.syllables() < 3:
            found.append(f"It has {self.syllables()} syllables: phrases below 3 wake by mistake.")
        if len(self.sounds) < 6:
            found.append(f"It has {len(self.sounds)} sounds: phrases below 6 wake by mistake.")
        if len(self.sounds) > 16:
            found.append("It is long: the networks hear 1.3 seconds.")
        return found

    def read(self, language):
        """The phrase as a voice of the language is to read it: a list of spellings."""
        if language == "espeak":
            return ["[[" + " ".join(espeak(w) for w in self.word_sounds) + "]]"]
        if language == "english":
            words = [OWN_WORDS[w][1] if w in OWN_WORDS else w if w in lexicon() else spell(s, "english")
                     for w, s in zip(self.words, self.word_sounds)]
            return [" ".join(words), ", ".join(words), " ".join(words) + "!", " ".join(words) + "?"]
        if language == "sounds":
            return ["|".join(" ".join(w) for w in self.word_sounds)]
        return [" ".join(spell(w, language) for w in self.word_sounds)]


def espeak(sounds):
    """A word in espeak-ng's own letters, stressed on its first vowel; a last AH is a murmur."""
    out, stressed = "", False
    for i, s in enumerate(sounds):
        if s in VOWELS and not stressed:
            out, stressed = out + "'", True
            out += _ESPEAK[s]
        else:
            out += "@" if s == "AH" else _ESPEAK[s]
    return out


def read_text(text, language):
    """Any English text, word by word, for a voice of the language."""
    if language in ("english", "espeak"):
        return text
    if language == "sounds":
        return "|".join(" ".join(sounds_of(w)) for w in text.split())
    return " ".join(spell(sounds_of(w), language) for w in text.split())
