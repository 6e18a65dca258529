"""A hub, relays with virtual boards, and the proxy between them, as processes; and what their traces say."""

import json
import os
import re
import signal
import subprocess
import time
from pathlib import Path

from network import PORT, Network, now, run, widen

# Longer than the programs' own deadlines, and long enough for a busy machine.
PATIENCE = 30
SENTENCES = {
    "lights": ("turn on the kitchen lights", "TurnOn"),
    "blinds": ("open the blinds", "OpenCover"),
    "time": ("what time is it", "GetTime"),
    "off": ("turn off all the lights in the kitchen", "TurnOff"),
}


class Failure(Exception):
    """A scenario did not go as it must."""


class Turn:
    """A spoken command and what came of it. Times are those of the traces."""

    def __init__(self, house, relay, intent, began):
        self.house, self.relay, self.intent, self.began = house, relay, intent, began

    @property
    def talking(self):
        """When the board first heard the talker; a card's sound may be a period older than the writer thinks."""
        return self.house.find("talker.started", after=self.began - 200_000_000, board=self.relay.name)

    @property
    def understood(self):
        return next((event for event in reversed(self.house.events) if event["event"] == "understood"
                     and event.get("relay") == self.relay.name and event["t"] > self.began), None)

    @property
    def audible(self):
        """When the answer was first heard."""
        voice = self.house.find("voice.first", after=(self.understood or {"t": now()})["t"], relay=self.relay.name)
        return voice and self.house.find("speaker.started", after=voice["t"], board=self.relay.name)

    def finish(self):
        """Waits for the answer; fails if it is not the one that was meant."""
        audible = self.house.wait(lambda: self.audible, f"the answer at {self.relay.name}", self.story)
        spoken = self.house.event("talker.ended", self.began, board=self.relay.name)
        # Milliseconds from the last spoken sound to the first of the answer.
        self.delay = (audible["t"] - spoken["t"]) / 1e6
        found = self.understood
        if found.get("intent") != self.intent:
            raise Failure(f"{self.relay.name} was understood as {found.get('intent')}, not as {self.intent}")
        self.house.wait(lambda: self.relay.state == "idle", f"{self.relay.name} to listen again")
        return self

    def story(self):
        seen = [event["event"] for event in self.house.events if event["t"] > self.began
                and self.relay.name in (event.get("relay"), event.get("board"))]
        return "came to: " + (" ".join(seen[-12:]) or "nothing")


class Relay:
    """One relay, its state folder and its board."""

    def __init__(self, house, name, space, room=None):
        self.house, self.name, self.space, self.room = house, name, space, room or name
        self.process, self.starts = None, 0
        self.folder = house.folder / f"{name}-state"
        self.folder.mkdir()
        self.log = house.folder / f"{name}.log"
        self.log.touch()
        fifo = house.folder / f"{name}.speech"
        os.mkfifo(fifo)
        self.speech = os.open(fifo, os.O_RDWR | os.O_NONBLOCK)
        widen(self.speech)
        house.follow(house.folder / f"{name}.events")
        with open(house.sound_configuration, "a") as file:
            parts = {"speech": fifo, "noise": house.folder / "noise.raw", "output": house.folder / f"{name}.played",
                     "events": house.folder / f"{name}.events", "unplug": house.folder / f"{name}.unplugged"}
            lines = "".join(f' {key} "{path}"\n' for key, path in parts.items())
            file.write(f'pcm.{name} {{\n type loqa\n name "{name}"\n rate 16000\n channels 2\n{lines}}}\n')

    def start(self, *options, hub=None):
        """Starts it with its stored key. hub: a configured address."""
        self.starts += 1
        trace = self.house.folder / f"{self.name}-{self.starts}.trace"
        self.house.follow(trace)
        self.began, self.mark = now(), len(self.log.read_text(errors="replace"))
        address = ["--hub", hub] if hub else []
        self.process = self.house.network.start(
            self.space,
            [self.house.program("loqa-relay"), "--name", self.name, "--room", self.room, "--state-dir", self.folder,
             "--capture-device", self.name, "--capture-channels", "2", "--playback-device", self.name,
             "--playback-channels", "2", "--wake-program", self.house.program("loqa-wake-pocketsphinx"),
             "--colour", "no", "--trace", trace, *address, *options],
            self.log, self.house.environment(self.space))
        return self

    def stop(self, number=signal.SIGTERM):
        self.house.network.stop(self.process, number)
        self.process = None

    @property
    def state(self):
        """What it last said of itself since it was started."""
        states = (event for event in reversed(self.house.events) if event["event"] == "state"
                  and event.get("relay", self.name) == self.name and event["from"] == "relay"
                  and event["file"].startswith(self.name + "-"))
        found = next(states, None)
        return found["state"] if found and found["t"] > self.began else ""

    def armed(self):
        self.house.wait(lambda: self.state == "idle", f"{self.name} to listen", self.log_tail)
        return self

    def log_tail(self):
        return " | ".join(self.log.read_text(errors="replace").splitlines()[-3:])

    def say(self, sentence):
        """Somebody says the wake phrase and a sentence. Returns at once."""
        number = list(SENTENCES).index(sentence)
        sound = (self.house.folder / f"{number}.raw").read_bytes()
        turn = Turn(self.house, self, SENTENCES[sentence][1], now())
        turn.seconds = len(sound) / 32_000
        if os.write(self.speech, sound) != len(sound):
            raise Failure(f"the pipe of {self.name} is full")
        return turn

    def ask(self, sentence="lights"):
        """A command that must be answered as meant."""
        return self.say(sentence).finish()


class House:
    def __init__(self, programs, folder, seed):
        self.programs, self.folder = Path(programs).resolve(), folder
        self.network = Network({"hub": 1, "proxy": 2, "kitchen": 11, "bedroom": 12, "attacker": 66})
        self.seed, self.files, self.events, self.hub, self.proxy = seed, {}, [], None, None
        self.hub_starts, self.hub_options = 0, []
        self.sound_configuration = folder / "asound.conf"
        plugin = self.programs / "libasound_module_pcm_loqa.so"
        self.sound_configuration.write_text(f'</usr/share/alsa/alsa.conf>\npcm_type.loqa {{ lib "{plugin}" }}\n')
        says = [word for sentence, _ in SENTENCES.values() for word in ("--say", sentence)]
        subprocess.run([self.program("loqa-demo"), "sounds", folder, *says], check=True)
        self.kitchen = Relay(self, "kitchen", "kitchen")
        self.bedroom = Relay(self, "bedroom", "bedroom")

    def program(self, name):
        return str(self.programs / name)

    def environment(self, space):
        # A bus that is not there: the machine's own Avahi must not answer for this network.
        bus = self.folder / space / "bus"
        return {"ALSA_CONFIG_PATH": str(self.sound_configuration), "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={bus}"}

    @property
    def through_proxy(self):
        return f"{self.network.address('proxy')}:{PORT}"

    # --- traces

    def follow(self, path):
        self.files[path] = (0, b"")

    def read(self):
        for path, (offset, rest) in self.files.items():
            if not path.exists():
                continue
            with open(path, "rb") as file:
                file.seek(offset)
                data = file.read()
            if not data:
                continue
            *lines, rest = (rest + data).split(b"\n")
            self.files[path] = (offset + len(data), rest)
            for line in lines:
                self.events.append(json.loads(line) | {"file": path.name})

    def find(self, name, after=0, **fields):
        """The first event of this name after a time, with these fields."""
        self.read()
        found = [event for event in self.events if event["event"] == name and event["t"] > after
                 and all(event.get(key) == value for key, value in fields.items())]
        return min(found, key=lambda event: event["t"]) if found else None

    def wait(self, condition, what, story=lambda: "", seconds=PATIENCE):
        """Waits until a condition holds and returns its value."""
        deadline = time.monotonic() + seconds
        while True:
            self.read()
            found = condition()
            if found:
                return found
            if time.monotonic() > deadline:
                raise Failure(f"{what} did not come in {seconds} s; {story()}".rstrip("; "))
            time.sleep(0.02)

    def event(self, name, after, seconds=PATIENCE, **fields):
        """Waits for an event."""
        what = f"{name} {' '.join(map(str, fields.values()))}"
        return self.wait(lambda: self.find(name, after, **fields), what, seconds=seconds)

    def rest(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.read()
            time.sleep(0.05)

    # --- the hub and the proxy

    def start_hub(self):
        self.hub_starts += 1
        trace = self.folder / f"hub-{self.hub_starts}.trace"
        self.follow(trace)
        began = now()
        self.hub = self.network.start(
            "hub",
            [self.program("loqa-hub"), "--home", "tools/demo-home.yaml", "--state-dir", self.folder / "hub-state",
             "--port", str(PORT), "--speech-program", self.program("loqa-speech"), "--trace", trace,
             *self.hub_options],
            self.folder / "hub.log", self.environment("hub"))
        return self.event("hub.ready", began)

    def hub_is_armed(self, after=0):
        self.event("grammar.loaded", after)

    def kill_hub(self, number=signal.SIGKILL):
        self.network.stop(self.hub, number)

    def start_proxy(self):
        self.proxy = self.network.start(
            "proxy",
            [self.program("loqa-impair"), self.through_proxy, f"{self.network.address('hub')}:{PORT}", "--seed",
             str(self.seed), "--ends-with-input"],
            self.folder / "proxy.log", stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        self.proxy.stdout.readline()

    def spoil(self, *orders):
        """Gives orders to the proxy. They hold at once."""
        self.proxy.stdin.write("".join(f"{order}\n" for order in orders).encode())
        time.sleep(0.1)

    def proxy_statistics(self):
        self.spoil("stats")
        return json.loads(self.proxy.stdout.readline())

    def loqa(self, *words, check=True):
        """The owner's program, as the owner calls it."""
        done = run(self.program("loqa"), *words, "--socket", str(self.folder / "hub-state/admin.sock"), check=False)
        if check and done.returncode != 0:
            raise Failure(f"loqa {' '.join(words)}: {done.stderr.strip()}")
        return done.stdout.strip()

    def asked(self, *words):
        return json.loads(self.loqa(*words, "--json"))

    def link(self, relay):
        """The hub's view of a relay's link, or nothing."""
        return next((link for link in self.asked("link") if link["relay"] == relay.name), None)

    def linked(self, relay, condition, what, seconds=PATIENCE):
        def holds():
            link = self.link(relay)
            return link if link and condition(link) else None
        return self.wait(holds, what, lambda: f"the link is {self.link(relay)}", seconds=seconds)

    def path(self, relay, path, seconds=PATIENCE):
        """Waits for media to take this path."""
        return self.linked(relay, lambda link: link["path"] == path, f"{relay.name} by {path}", seconds)

    def invite(self, relay, via="hub"):
        return self.loqa("relay", "invite", "--room", relay.room, "--name", relay.name,
                         "--address", f"{self.network.address(via)}:{PORT}")

    def logged(self, relay, pattern, seconds=PATIENCE):
        """Waits for words in a relay's log, from its last start on."""
        return self.wait(lambda: re.search(pattern, relay.log.read_text(errors="replace")[relay.mark:]),
                         f"\"{pattern}\" of {relay.name}", relay.log_tail, seconds=seconds)

    def close(self):
        self.network.close()
