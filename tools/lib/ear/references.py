"""Rows of others: pyroomacoustics' own beamformers, speexdsp alone, ODAS."""

import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pyroomacoustics as pra
import soundfile as sf

RATE = 16_000
TAPS = 64


def first_command(scene):
    start, end = scene["segments"][0]["start"], scene["segments"][0]["end"]
    return slice(int(start * RATE), int((end + 0.1) * RATE))


def pra_direction(scene, sound, finders):
    """SRP-PHAT of pyroomacoustics over the first command, in radians."""
    positions = np.array(scene["mics"])
    key = scene["geometry"]
    if key not in finders:
        finders[key] = pra.doa.algorithms["SRP"](
            positions.T[:2], RATE, 512, c=343.0, num_src=1, azimuth=np.radians(np.arange(0, 360, 2)))
    spectra = np.array([pra.transform.stft.analysis(channel, 512, 256).T for channel in sound[:, first_command(scene)]])
    finders[key].locate_sources(spectra, freq_range=[300, 5500])
    return float(finders[key].azimuth_recon[0])


def noise_covariance(sound, scene):
    """Of TAPS samples of every channel, stacked, from the sound before the first command."""
    quiet = sound[:, : int(min(1.0, scene["noise_only_s"] - 0.1) * RATE)]
    windows = np.lib.stride_tricks.sliding_window_view(quiet, TAPS, axis=1)[:, ::8, ::-1]
    stacked = windows.transpose(1, 0, 2).reshape(-1, len(sound) * TAPS)
    return stacked.T @ stacked / len(stacked)


def pra_beams(scene, folder, finders):
    """Yields (name, sound, shadow, processor seconds): delay-and-sum and MVDR filters of pyroomacoustics."""
    sound = sf.read(f"{folder}/mix.wav")[0].T
    talker = sf.read(f"{folder}/target_mc.wav")[0].T
    positions = np.array(scene["mics"])[:, :2].T
    begin = time.process_time()
    azimuth = pra_direction(scene, sound, finders)
    finding = time.process_time() - begin
    for name in ("pyroomacoustics delay-and-sum", "pyroomacoustics MVDR"):
        begin = time.process_time()
        beam = pra.Beamformer(positions, RATE, N=1024, Lg=TAPS if name.endswith("MVDR") else 512)
        if name.endswith("MVDR"):
            place = 2 * np.array([np.cos(azimuth), np.sin(azimuth)])
            covariance = noise_covariance(sound, scene)
            # The library adds a talker and an interferer of power 1; measured noise at 10 lets it rule.
            covariance *= 10 / np.mean(np.diag(covariance))
            covariance += 0.1 * np.eye(len(covariance))
            beam.rake_mvdr_filters(pra.soundsource.SoundSource(place), pra.soundsource.SoundSource(-place), covariance,
                                   delay=0.002)
        else:
            beam.far_field_weights(azimuth)
        clean = filtered(beam, sound)
        seconds = time.process_time() - begin + finding
        yield name, clean, filtered(beam, talker), seconds


def filtered(beam, signals):
    """Through the library's filters in time; its way in frequency fails in 0.10.1."""
    beam.signals = signals
    return np.asarray(beam.process(FD=False))[: signals.shape[1]]


def speex(program, arguments, sounds, work):
    """speexdsp through the scripts' own little program; returns (sound, processor seconds)."""
    paths = []
    for index, sound in enumerate(sounds):
        paths.append(f"{work}/speex-{index}.raw")
        (np.clip(sound, -1, 1 - 1 / 32768) * 32768).astype("<i2").tofile(paths[-1])
    output = f"{work}/speex-out.raw"
    seconds = subprocess.run([program, *arguments, *paths, output], check=True, capture_output=True, text=True).stdout
    return np.fromfile(output, "<i2") / 32768.0, float(seconds)


def odas(bench, rooms, out, tree, scene_count):
    """ODAS on the USB array's rooms; None where it is not built."""
    if not tree or not Path(tree, "build/bin/odaslive").exists():
        return None
    subprocess.run([sys.executable, f"{bench}/odas_run.py", rooms, out, "--odas", str(Path(tree).resolve()), "--limit",
                    str(scene_count)], check=True)
    return [json.loads(line) for line in Path(out, "odas_dds.jsonl").read_text().splitlines()]
