"""Tests of the mask's trainer: tools/mask test."""
import os
import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch

import data
import network
import rooms
import speech
import training
import voices


class Rooms(unittest.TestCase):
    def test_the_beginning_of_a_response_is_its_direct_sound_and_50_ms(self):
        response = np.zeros((2, 4_000), np.float32)
        response[0, 100], response[0, 850], response[0, 950] = 1, 0.4, 0.3
        early = rooms.beginning(response)
        self.assertEqual(early.shape, (2, 900))
        self.assertEqual(np.count_nonzero(early), 2)

    def test_noise_from_everywhere_is_coherent_as_far_as_the_microphones_are_near(self):
        rng = np.random.default_rng(3)
        places = np.array([[0, 0, 0], [0.06, 0, 0], [0, 0.3, 0]])
        x = rooms.field(rng, "white", 160_000, places, [])
        spectra = np.fft.rfft(x.reshape(3, -1, 500), axis=2)
        for other, apart in ((1, 0.06), (2, 0.3)):
            cross = np.mean(spectra[0] * spectra[other].conj(), 0)
            both = np.sqrt(np.mean(np.abs(spectra[0]) ** 2, 0) * np.mean(np.abs(spectra[other]) ** 2, 0))
            wanted = np.sinc(2 * np.arange(251) * 32 * apart / rooms.SPEED)
            self.assertLess(np.abs((cross / both).real[3:-3] - wanted[3:-3]).mean(), 0.06)

    def test_a_scene_comes_again_from_its_seed(self):
        said = {("espeak", "a"): [np.sin(np.arange(9_000) * 0.1).astype(np.float32)] * 3}
        said[("espeak", "b")] = said[("espeak", "a")]
        made = []
        for _ in range(2):
            rng = np.random.default_rng(8)
            made.append(rooms.scene(rng, rooms.responses(rng), said, 6))
        np.testing.assert_array_equal(made[0][0], made[1][0])
        self.assertEqual(made[0][0].shape, made[0][1].shape)
        self.assertLessEqual(np.abs(made[0][0]).max(), 1)


class Voices(unittest.TestCase):
    def test_no_voice_of_a_measurement_speaks(self):
        recorded, variants = speech.speakers()
        for engine, name in recorded:
            voices.refuse_reserved(engine, name)
            self.assertNotEqual(engine, "flite")
        self.assertFalse({"m1", "m3", "f2", "f4"} & set(variants))
        self.assertNotIn(("festival", "kal_diphone"), recorded)


class Network(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(2)
        self.mask = network.Mask(np.linspace(-1, 1, data.FEATURES), np.linspace(0.5, 2, data.FEATURES)).eval()

    def test_no_loss_is_left_where_the_mask_is_right(self):
        talker = torch.randn(2, 50, data.BANDS) - 3
        output = talker + torch.rand(2, 50, data.BANDS)
        right = 10 ** ((talker - output) / 2)
        self.assertLess(float(network.loss(right, output, talker, 1.0)), 1e-6)
        self.assertGreater(float(network.loss(torch.ones_like(right), output, talker, 1.0)), 0.01)

    def test_the_file_has_its_head_its_length_and_its_checksum(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "a.mask"
            network.write(self.mask, path)
            raw = path.read_bytes()
        rows = [network.FRONT, 3 * network.FIRST, 3 * network.FIRST, 3 * network.SECOND, 3 * network.SECOND, data.BANDS]
        columns = [data.FEATURES, network.FRONT, network.FIRST, network.FIRST, network.SECOND, network.SECOND]
        self.assertEqual(len(raw), 20 + sum(r * (8 + c) for r, c in zip(rows, columns)))
        self.assertEqual(raw[:8], b"LOQAMASK")
        self.assertEqual(int.from_bytes(raw[-4:], "little"), network.checksum(raw[:-4]))

    def test_eight_bits_keep_a_row_within_half_a_step(self):
        weight = np.random.default_rng(1).normal(size=(4, 9))
        raw = network.rows(weight, np.zeros(4))
        scale = np.frombuffer(raw[:16], "<f4")
        small = np.frombuffer(raw[32:], np.int8).reshape(4, 9)
        self.assertLessEqual(np.abs(small * scale[:, None] - weight).max(), 0.51 * scale.max())

    def test_training_lowers_the_loss(self):
        rng = np.random.default_rng(4)
        heard = rng.normal(size=(24, 60, data.FEATURES))
        talker = np.where(heard[..., :data.BANDS] > 0, -3.0, -6.0)
        scenes = np.concatenate([heard, np.maximum(talker, -4), talker], 2).astype(np.float16)
        losses = training.train(scenes, scenes[:4], 6, lambda *_: None, batch=8, rate=1e-2, tell=lambda _: None)
        self.assertLess(losses[-1]["judged"], 0.6 * losses[-1]["without"])


class Hearing(unittest.TestCase):
    def test_the_ear_hears_the_talker_and_the_noise_apart(self):
        rng = np.random.default_rng(6)
        clean = rng.normal(size=(48_000, 1)) * 0.05 * (np.arange(48_000)[:, None] > 24_000)
        early = np.repeat(clean, 2, 1).astype(np.float32)
        mixed = early + (rng.normal(size=early.shape) * 0.005).astype(np.float32)
        told = data.hear(os.environ["LOQA_MASK"], [[-0.03, 0, 0], [0.03, 0, 0]], mixed, early)
        self.assertEqual(told.shape, (187, data.FEATURES + 2 * data.BANDS))
        self.assertTrue(np.isfinite(told).all())
        output, talker = told[:, data.FEATURES:-data.BANDS].sum(1), told[:, -data.BANDS:].sum(1)
        self.assertLess(talker[20:80].max(), 1e-6 * output[20:80].min())
        self.assertGreater(talker[150:].min(), 0.7 * output[150:].min())


if __name__ == "__main__":
    unittest.main()
