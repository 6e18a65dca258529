"""All that is said for a training: the phrase, near phrases and sentences, in every voice; kept in a folder to be made once."""
import os
import pickle

import numpy as np

import near
import sound
import speaker
import texts
import voices

ESPEAK_PART = 0.45
LONGEST = 1.35


class Speech:
    """Lists of 16 bit recordings by what is said: phrase, near, sentence; those of held-out voices begin with "held"."""

    def __init__(self, phrase, folder, scale, seed, takes=None, tell=print):
        self.phrase, self.rng, self.tell, self.scale = phrase, np.random.default_rng(seed), tell, scale
        path = f"{folder}/speech.pickle"
        if os.path.exists(path):
            with open(path, "rb") as file:
                self.said = pickle.load(file)
            return
        self.said = {}
        train, variants, held, held_variants = voices.installed()
        near_texts = near.by_hand(phrase) * 2 + near.from_dictionary(phrase)
        part = list(phrase.words)
        # The last quarter of the dictionary's near phrases is kept for the report.
        kept = near_texts[-125:]
        taught = near_texts[:-125]
        n = lambda count: max(4, int(count * scale))
        tell("the phrase")
        self._phrase("phrase", train, variants, n(8), n(14), n(5))
        self._phrase("held phrase", held, held_variants, n(10), n(5), 0)
        tell("phrases that sound near")
        pick = lambda: part[self.rng.integers(len(part))] if self.rng.random() < 0.15 else taught[self.rng.integers(len(taught))]
        self._texts("near", pick, n(1100), train, variants, 0.5)
        self._texts("held near", lambda: kept[self.rng.integers(len(kept))], n(150), held, held_variants, 0)
        tell("sentences")
        say = lambda: texts.sentence(self.rng, phrase)
        self._texts("sentence", say, n(1300), train, variants, 0.25)
        self._texts("held sentence", say, n(350), held, held_variants, 0)
        if takes:
            self._takes(takes)
        with open(path + ".new", "wb") as file:
            pickle.dump(self.said, file)
        os.replace(path + ".new", path)

    def _keep(self, name, voice, x, text=""):
        too_long = "phrase" in name and len(x) > LONGEST * sound.RATE      # no network sees so far back
        if len(x) > 2400 and not too_long:
            self.said.setdefault(name, []).append((f"{voice[0]} {voice[1]}", text, (x * 32767).astype(np.int16)))

    def _phrase(self, name, recorded, variants, espeak_each, english_each, others_each):
        """Each voice says the phrase in its spellings at several rates; the recorded ones again as other speakers."""
        rng, jobs, copies = self.rng, [], []
        for variant in variants:
            for _ in range(espeak_each):
                voice = ("espeak", f"{rng.choice(voices.ACCENTS)}+{variant}")
                jobs.append((voice, self.phrase.read("espeak")[0], rng.uniform(0.7, 1.4), rng.uniform(0.3, 1.7)))
                copies.append(int(rng.random() < 0.4))
        for voice in recorded:
            english = voices.language(voice) == "english"
            spellings = self.phrase.read(voices.language(voice))
            for k in range(english_each * 2 if english else english_each):
                jobs.append((voice, spellings[k % len(spellings)], rng.uniform(0.7, 1.35), 1.0))
                copies.append(others_each * 2 if english else others_each)
        for (voice, text, _, _), x, count in zip(jobs, voices.speak(jobs), copies):
            self._keep(name, voice, x)
            if count and others_each and len(x) > 2400:
                analysis = speaker.analyse(x)
                for _ in range(count):
                    self._keep(name, voice, speaker.other_speaker(analysis, rng))

    def _texts(self, name, pick, count, recorded, variants, others_part):
        rng, jobs, said = self.rng, [], []
        for _ in range(count):
            voice, text = voices.pick(rng, recorded, variants, ESPEAK_PART), pick()
            said.append(text)
            jobs.append((voice, voices.sentence_for(voice, text), rng.uniform(0.75, 1.35), rng.uniform(0.3, 1.7)))
        for (voice, _, _, _), text, x in zip(jobs, said, voices.speak(jobs)):
            if len(x) > 2400 and rng.random() < others_part:
                x = speaker.other_speaker(speaker.analyse(x[:5 * sound.RATE]), rng)
            self._keep(name, voice, x, text)

    def _takes(self, folder):
        """The user's own recordings: half teach, with many other speakers made of them; half are kept for the report."""
        paths = sorted(os.path.join(folder, f) for f in os.listdir(folder) if f.lower().endswith((".wav", ".flac", ".ogg")))
        for k, path in enumerate(paths):
            voices.refuse_reserved_recording(path)
            x = sound.normal(sound.load(path))
            if not len(x):
                raise ValueError(f"{path} holds no sound that can be read")
            if k % 2:
                self._keep("held take", ("take", os.path.basename(path)), x)
                continue
            analysis = speaker.analyse(x)
            for copy in range(40):
                self._keep("take", ("take", os.path.basename(path)), x if copy % 2 else speaker.other_speaker(analysis, self.rng, (0.85, 1.2)))

    def sounds(self, *names):
        return [(v, t, x.astype(np.float32) / 32767) for name in names for v, t, x in self.said.get(name, [])]
