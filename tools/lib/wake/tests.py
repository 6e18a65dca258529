"""Tests of the trainer: tools/wake test. Seeded, without a network, in about a minute."""
import io
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest

import numpy as np
import soundfile
import torch

import clips
import family
import fetched
import mbrola
import near
import network
import oracle
import people
import quantised
import speaker
import speech
import tflite
import training
import voices
from phrase import Phrase


def _network(features="micro", channels=16):
    torch.manual_seed(3)
    model = network.Network(features, channels)
    for norm in [model.norm] + [b.norm for b in model.blocks]:
        norm.running_mean.uniform_(-0.3, 0.3)
        norm.running_var.uniform_(0.5, 2)
    return model.eval()


def _frames(count, seed=1):
    rng = np.random.default_rng(seed)
    slow = np.repeat(rng.integers(100, 600, (count // 20 + 1, 80)), 20, 0)[:count]
    return np.clip(slow + rng.integers(-60, 60, (count, 80)), 0, 700).astype(np.uint16)


class ReservedVoices(unittest.TestCase):
    def test_reserved_voices_are_refused_however_they_are_named(self):
        for engine, name in [("flite", "awb"), ("flite", "cmu_us_awb"), ("festival", "ked_diphone"),
                             ("festival", "cmu_us_slt_arctic_hts"), ("rhvoice", "alan"), ("rhvoice", "Slt"), ("espeak", "en-gb+Annie"), ("espeak", "en-us+m4")]:
            with self.assertRaises(voices.ReservedVoice):
                voices.refuse_reserved(engine, name)
            with self.assertRaises(voices.ReservedVoice):
                voices.speak([((engine, name), "hello", 1.0, 1.0)])

    def test_no_voice_that_teaches_is_reserved_or_judges(self):
        train, variants, held, held_variants = voices.installed()
        for engine, name in train + held:
            voices.refuse_reserved(engine, name)
        for name in variants + held_variants:
            voices.refuse_reserved("espeak", f"en-us+{name}")
        self.assertFalse(set(train) & set(held) or set(variants) & set(held_variants))

    def test_recordings_kept_for_testing_are_refused_as_takes(self):
        with self.assertRaises(voices.ReservedVoice):
            voices.refuse_reserved_recording("/usr/share/sounds/alsa/Front_Center.wav")


class Phrases(unittest.TestCase):
    def test_near_phrases_never_hold_the_phrase_nor_differ_by_accent_alone(self):
        phrase = Phrase("hey loqa")
        for text in ("hey local", "hey loca", "hay loka", "hey loker"):
            self.assertTrue(near.contains(text, phrase), text)
        texts = near.by_hand(phrase) + near.from_dictionary(phrase, 60)
        self.assertIn("hey lola", texts)
        self.assertFalse([t for t in texts if near.contains(t, phrase)])

    def test_a_short_phrase_is_warned_of(self):
        self.assertEqual(Phrase("hey loqa").problems(), [])
        self.assertTrue(Phrase("hey").problems())

    def test_every_language_spells_every_sound(self):
        for language in ("english", "czech", "finnish", "italian", "catalan", "german", "spanish", "sounds", "russian", "hindi", "telugu", "espeak"):
            self.assertTrue(Phrase("this thing joins rough azure chip wham yoga").read(language)[0].strip())


class FetchedVoices(unittest.TestCase):
    """Small files of our own stand for the fetched ones."""

    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)
        self.addCleanup(setattr, fetched, "FOLDER", fetched.FOLDER)
        fetched.FOLDER = self.folder
        mbrola.pairs.cache_clear()
        self.addCleanup(mbrola.pairs.cache_clear)

    def _file(self, path, data):
        path = f"{self.folder}/files/{path}"
        os.makedirs(os.path.dirname(path))
        with open(path, "wb") as file:
            file.write(data)

    def _voice(self, pairs, substitutes=()):
        data = b"MBROLA2.060" + struct.pack("<hhihBB", len(pairs) + len(substitutes), 3 * len(pairs), 100, 16_000, 80, 1)
        data += b"".join(f"{a}\0{b}\0".encode() + struct.pack("<hBB", 1, 3, 3) for a, b in pairs)
        data += b"".join(f"{a}\0{b}\0{a}\0{b}\0".encode() for a, b in substitutes)
        self._file("usr/share/mbrola/xx1/xx1", data + bytes(100))

    def test_a_voice_is_asked_only_for_pairs_of_sounds_that_it_has(self):
        self._voice([("_", "h"), ("h", "e"), ("e", "j"), ("j", "l"), ("l", "o")], [("o", "_"), ("h", "eI")])
        known, pitch = mbrola.pairs("xx1")
        self.assertEqual((len(known), pitch), (7, 200.0))
        way = mbrola.spoken("xx1", "HH EY L OW".split(), np.random.default_rng(1))
        self.assertEqual([w[0] for w in way], ["h", "e", "j", "l", "o"])          # eI would be nearer, but none goes on from it
        self.assertIsNone(mbrola.spoken("xx1", "HH EY K OW".split(), np.random.default_rng(1)))
        self.assertIsNone(mbrola.spoken("xx1", "HH EY K OW".split(), np.random.default_rng(1), exact=False))

    def test_lines_of_a_scene_either_teach_or_judge(self):
        scenes, sounds = [f"{i:03d}" for i in range(24)], io.BytesIO()
        soundfile.write(sounds, 0.3 * np.sin(np.arange(11_025) / 9).astype(np.float32), 11_025, format="MP3")
        line = sounds.getvalue()
        start = 15 + 21 * (len(scenes) + 1)
        table = b"".join(struct.pack(">12sBII", f"{s}001J1.SB".encode(), 1, start, len(line)) for s in scenes)
        table += struct.pack(">12sBII", b"PICTURE.PCX", 1, start, 10)
        self._file(people._ARCHIVE, b"QTBLCEM10\0\0\0\1" + struct.pack(">H", len(scenes) + 1) + table + line)
        teach, judge = (people.lines(part, 100, np.random.default_rng(1)) for part in ("teach", "judge"))
        self.assertEqual(len(teach) + len(judge), len(scenes))
        self.assertGreater(len(judge), 0)
        self.assertAlmostEqual(len(teach[0]) / 16_000, 1.0, delta=0.2)

    def test_without_fetched_files_there_are_just_fewer_voices(self):
        self.assertEqual((mbrola.names(), people.lines("teach", 5, np.random.default_rng(1))), ([], []))
        self.assertTrue(voices.installed()[0])


class Interruptions(unittest.TestCase):
    def test_speech_goes_on_after_the_last_finished_step_and_ends_the_same(self):
        class Small(speech.Speech):
            fails = True

            def _steps(self, takes):
                say = lambda name: self.said.setdefault(name, []).append(("voice", name, self.rng.integers(0, 9, 8).astype(np.int16)))

                def second():
                    say("two")
                    if Small.fails:
                        raise KeyboardInterrupt
                return [("one", lambda: say("one")), ("two", second)]

        results = []
        for interrupted in (True, False):
            folder = tempfile.mkdtemp()
            self.addCleanup(shutil.rmtree, folder)
            Small.fails = interrupted
            if interrupted:
                with self.assertRaises(KeyboardInterrupt):
                    Small(None, folder, 1, 3, tell=str)
                Small.fails = False
            results.append(Small(None, folder, 1, 3, tell=str).said)
        self.assertEqual(str(results[0]), str(results[1]))
        self.assertEqual(len(results[0]["two"]), 1)


    def test_what_a_killed_training_started_ends_with_it(self):
        child = "import family, os, time; family.end_with_parent(); print(os.getpid(), flush=True); time.sleep(60)"
        parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
        running = subprocess.Popen([sys.executable, "-c", parent], cwd=os.path.dirname(family.__file__), stdout=subprocess.PIPE, text=True)
        number = int(running.stdout.readline())
        running.kill()
        running.wait()
        running.stdout.read()                              # ends when the child, who holds it too, has ended
        running.stdout.close()
        with self.assertRaises(ProcessLookupError):
            for _ in range(1000):
                os.kill(number, 0)
                with open(f"/proc/{number}/stat") as file:
                    if file.read().split()[2] == "Z":
                        raise ProcessLookupError


class Speakers(unittest.TestCase):
    def test_stretching_changes_length_and_keeps_pitch(self):
        x = np.sin(2 * np.pi * 200 * np.arange(16_000) / 16_000).astype(np.float32)
        y = speaker.stretch(x, 1.3)
        self.assertAlmostEqual(len(y) / len(x), 1.3, delta=0.01)
        spectrum = np.abs(np.fft.rfft(y * np.hanning(len(y))))
        self.assertAlmostEqual(np.argmax(spectrum) * 16_000 / len(y), 200, delta=3)


class Takes(unittest.TestCase):
    def test_half_of_the_takes_teach_and_reserved_recordings_are_refused(self):
        folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, folder)
        for i, rate in enumerate((0.9, 1.0, 1.1)):
            x = voices.speak([(("espeak", "en-us+m1"), Phrase("hey loqa").read("espeak")[0], rate, 1.0)])[0]
            soundfile.write(f"{folder}/{i}.wav", x, 16_000)
        said = speech.Speech.__new__(speech.Speech)
        said.said, said.rng = {}, np.random.default_rng(1)
        said._takes(folder)
        self.assertEqual((len(said.said["take"]), len(said.said["held take"])), (80, 1))
        os.symlink("/usr/share/sounds/alsa/Front_Center.wav", f"{folder}/mine.wav")
        with self.assertRaises(voices.ReservedVoice):
            said._takes(folder)


class Integers(unittest.TestCase):
    def test_the_written_file_gives_the_judged_logits_bit_for_bit(self):
        for features in ("micro", "log-mel"):
            frames = _frames(900)
            q = quantised.Quantised(network.folded(_network(features)), features, frames)
            oracle.check(tflite.encode(q), q, frames[:300])

    def test_rescaling_rounds_twice_as_the_reference_kernels_do(self):
        rng = np.random.default_rng(8)
        for real in (0.7, 0.012, 3.1, 0.5, 1e-5, 0.25):
            mantissa, shift = quantised.factor(real)
            for x in [int(v) for v in rng.integers(-300_000, 300_000, 400)] + [0, 1, -1, 2, -2, 4, -4, 6, -6, 10, -10]:
                ab = (x << max(shift, 0)) * mantissa
                total = ab + (1 << 30 if ab >= 0 else 1 - (1 << 30))
                high = total >> 31 if total >= 0 else -(-total >> 31)
                mask = (1 << max(-shift, 0)) - 1
                want = (high >> max(-shift, 0)) + ((high & mask) > (mask >> 1) + (high < 0))
                self.assertEqual(int(quantised.rescale(np.array([x]), mantissa, shift)[0]), want, (x, real))

    def test_a_changed_weight_is_noticed(self):
        frames = _frames(900)
        q = quantised.Quantised(network.folded(_network()), "micro", frames)
        data = tflite.encode(q)
        q.stem.weight = q.stem.weight.copy()
        q.stem.weight[:, 0] ^= 64
        with self.assertRaises(RuntimeError):
            oracle.check(data, q, frames[:300])

    def test_integers_follow_the_floating_point_network(self):
        model, frames = _network(channels=48), _frames(3000)
        q = quantised.Quantised(network.folded(model), "micro", frames)
        exact = network.score_stream(model, frames[1:])     # where the relay's calls begin
        self.assertGreater(np.corrcoef(exact, q.logits(frames)[-len(exact):])[0, 1], 0.99)


class Teaching(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)
        phrase = np.stack([_frames(clips.PHRASE_FRAMES, s) for s in range(24)])
        phrase[:, 150:195] = np.minimum(phrase[:, 150:195] // 4 + np.arange(45)[None, :, None] * 8, 600)
        np.save(f"{self.folder}/phrase.npy", phrase)
        for i, name in enumerate(training.NEGATIVE_KINDS):
            np.save(f"{self.folder}/{name}.npy", _frames(4000, 50 + i))
        for i, name in enumerate(("held_sentences", "held_people", "held_noise")):
            np.save(f"{self.folder}/{name}.npy", _frames(4000, 60 + i))
        np.save(f"{self.folder}/held_phrase.npy", np.concatenate([_frames(120 * 12, 70).reshape(12, 120, 80), phrase[:12]], 1))
        np.save(f"{self.folder}/held_choose.npy", np.arange(12) % 2 == 0)

    def test_interrupted_teaching_ends_where_uninterrupted_teaching_ends(self):
        silent = lambda *_: None
        trainer = training.Trainer(self.folder, "micro", 8, 6, seed=4)
        trainer.run(silent)
        whole = training.learned(self.folder, "micro")[0].state_dict()
        os.remove(trainer.path)
        first = training.Trainer(self.folder, "micro", 8, 6, seed=4)
        first.run(silent, until=3)
        training.Trainer(self.folder, "micro", 8, 6, seed=4).run(silent)
        again = training.learned(self.folder, "micro")[0].state_dict()
        for name in whole:
            self.assertTrue(torch.allclose(whole[name].float(), again[name].float(), atol=1e-5), name)

    def test_the_phrase_is_learned(self):
        trainer = training.Trainer(self.folder, "micro", 16, 60, seed=4)
        trainer.run(lambda *_: None)
        self.assertLess(trainer.loss, 1.2)


if __name__ == "__main__":
    unittest.main()
