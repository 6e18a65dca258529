"""All that is said for a training: the phrase, near phrases and sentences, in every voice; kept in a folder to be made once."""
import multiprocessing
import os
import pickle

import numpy as np

import family
import fetched
import near
import people
import sound
import speaker
import texts
import voices

ESPEAK_PART = 0.35
WORKERS = 2
LONGEST = 1.35


def _other_speaker(x, seed):
    return speaker.other_speaker(speaker.analyse(x), np.random.default_rng(seed))


class Speech:
    """Lists of 16 bit recordings by what is said: phrase, near, sentence; those of held-out voices begin with "held"."""

    def __init__(self, phrase, folder, scale, seed, takes=None, tell=print):
        self.phrase, self.rng, self.tell, self.scale = phrase, np.random.default_rng(seed), tell, scale
        self.path, self.said, done = f"{folder}/speech.pickle", {}, 0
        if os.path.exists(self.path):
            with open(self.path, "rb") as file:
                self.said, done, self.rng.bit_generator.state = pickle.load(file)
        steps = self._steps(takes) if done < 5 else []
        for number, (told, step) in enumerate(steps):
            if number >= done:
                tell(told)
                step()
                self._save(number + 1)

    def _save(self, done):
        with open(self.path + ".new", "wb") as file:
            pickle.dump((self.said, done, self.rng.bit_generator.state), file)
        os.replace(self.path + ".new", self.path)

    def _steps(self, takes):
        """What is done one after the other, each kept when done: (what it is called, what does it)."""
        fetched.fetch(self.tell)
        train, variants, held, held_variants = voices.installed()
        near_texts = near.by_hand(self.phrase) * 2 + near.from_dictionary(self.phrase)
        part = list(self.phrase.words)
        # The last quarter of the dictionary's near phrases is kept for the report.
        kept, taught = near_texts[-125:], near_texts[:-125]
        n = lambda count: max(4, int(count * self.scale))
        pick = lambda: part[self.rng.integers(len(part))] if self.rng.random() < 0.15 else taught[self.rng.integers(len(taught))]
        pick_kept = lambda: kept[self.rng.integers(len(kept))]
        say = lambda: texts.sentence(self.rng, self.phrase)
        return [
            ("the phrase", lambda: (self._phrase("phrase", train, variants, n(4), n(10), n(5), (3, 1)),
                                    self._phrase("held phrase", held, held_variants, n(10), n(20), n(8), (0, 0)))),
            ("phrases that sound near", lambda: (self._texts("near", pick, n(900), train, variants, 0.25),
                                                 self._texts("held near", pick_kept, n(160), held, held_variants, 0))),
            ("sentences", lambda: (self._texts("sentence", say, n(1000), train, variants, 0.12),
                                   self._texts("held sentence", say, n(300), held, held_variants, 0))),
            ("what people say", lambda: (self._people("people", "teach", n(1500)), self._people("held people", "judge", n(600)))),
            ("your takes", lambda: self._takes(takes) if takes else None),
        ]

    def _people(self, name, part, count):
        self.said[name] = [("person", "", (x * 32767).astype(np.int16)) for x in people.lines(part, count, self.rng)]

    def _keep(self, name, voice, x, text=""):
        too_long = "phrase" in name and len(x) > LONGEST * sound.RATE      # no network sees so far back
        if len(x) > 2400 and not too_long:
            self.said.setdefault(name, []).append((f"{voice[0]} {voice[1]}", text, (x * 32767).astype(np.int16)))

    def _phrase(self, name, recorded, variants, espeak_each, english_each, foreign_each, others):
        """Each voice says the phrase in its spellings at several rates; others: other speakers made of each English utterance
        of a recorded voice, and of each foreign one."""
        rng, jobs, copies = self.rng, [], []
        for variant in variants:
            for _ in range(espeak_each):
                voice = ("espeak", f"{rng.choice(voices.ACCENTS)}+{variant}")
                jobs.append((voice, self.phrase.read("espeak")[0], rng.uniform(0.7, 1.4), rng.uniform(0.3, 1.7)))
                copies.append(int(others[0] > 0 and rng.random() < 0.3))
        for voice in recorded:
            english = voices.english(voice)
            spellings = self.phrase.read(voices.language(voice))
            for k in range(english_each if english else foreign_each):
                jobs.append((voice, spellings[k % len(spellings)], rng.uniform(0.7, 1.35), rng.uniform(0.6, 1.4)))
                copies.append(others[0] if english else others[1])
        said = voices.speak(jobs)
        again = [(i, x) for i, (x, count) in enumerate(zip(said, copies)) if len(x) > 2400 for _ in range(count)]
        others = self._others([x for _, x in again])
        for (voice, *_), x in zip(jobs, said):
            self._keep(name, voice, x)
        for (i, _), x in zip(again, others):
            self._keep(name, jobs[i][0], x)

    def _others(self, sounds):
        """Each of the sounds as of another speaker."""
        seeds = self.rng.integers(0, 2 ** 31, len(sounds))
        with multiprocessing.get_context("fork").Pool(WORKERS, family.end_with_parent) as pool:
            return pool.starmap(_other_speaker, zip(sounds, seeds), chunksize=4)

    def _texts(self, name, pick, count, recorded, variants, others_part):
        rng, jobs, said = self.rng, [], []
        for _ in range(count):
            voice, text = voices.pick(rng, recorded, variants, ESPEAK_PART), pick()
            said.append(text)
            jobs.append((voice, voices.sentence_for(voice, text), rng.uniform(0.75, 1.35), rng.uniform(0.3, 1.7)))
        sounds = voices.speak(jobs)
        changed = [i for i, x in enumerate(sounds) if len(x) > 2400 and rng.random() < others_part]
        for i, x in zip(changed, self._others([sounds[i][:5 * sound.RATE] for i in changed])):
            sounds[i] = x
        for (voice, *_), text, x in zip(jobs, said, sounds):
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
