"""The attack list, against a real hub that serves relays meanwhile."""

import contextlib
import os
import random
import select
import socket
import struct
import threading
import time

from house import Failure, Relay
from network import PORT, Packets, now
from scenarios import require, scenario

REFUSALS = {1: "notLoqa", 2: "unsupportedVersion", 3: "busy", 4: "unknownRelay", 5: "revoked", 6: "inviteInvalid",
            7: "inviteUsed", 8: "adoptionClosed"}
FLOOD_CONNECTIONS = 200


class Attacker:
    """A machine of the same network, with sockets of its own."""

    def __init__(self, house):
        self.house, self.target = house, (house.network.address("hub"), PORT)

    def connect(self):
        connection = self.house.network.socket("attacker", socket.SOCK_STREAM)
        connection.settimeout(5)
        connection.connect(self.target)
        return connection

    def udp(self):
        return self.house.network.socket("attacker", socket.SOCK_DGRAM)

    def try_out(self, *flights):
        """Sends flights, each after the answer to the one before. Returns what came, and whether the hub closed."""
        came = []
        with self.connect() as connection:
            for flight in flights:
                with contextlib.suppress(OSError):
                    connection.sendall(flight)
                came.append(answer(connection))
            return came, is_closed(connection)


def answer(connection):
    """What came within a moment."""
    if not select.select([connection], [], [], 1.5)[0]:
        return b""
    try:
        return connection.recv(65_536)
    except OSError:
        return b""


def is_closed(connection, seconds=3):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if select.select([connection], [], [], 0.1)[0]:
            try:
                if not connection.recv(65_536):
                    return True
            except OSError:
                return True
    return False


def refusal(data):
    """The name of a refusal record, or what else it is."""
    if not data:
        return "nothing"
    if len(data) == 3 and data[:2] == b"\x00\x01":
        return REFUSALS.get(data[2], f"code {data[2]}")
    return f"{len(data)} bytes"


def record_of(house, relay):
    """A relay's connection and datagrams, as somebody on its cable sees them."""
    relay.stop()
    packets = Packets(house.network.sniffer("hub"))
    relay.start(hub=house.through_proxy).armed()
    relay.ask("time")
    packets.read()
    house.rest(1)
    streams = [b"".join(stream) for stream in packets.read().streams.values() if stream[0][:4] == b"LOQA"]
    # The other relay sends no more than probes.
    clients = [client for client, _ in packets.datagrams]
    talker = max(set(clients), key=clients.count, default=None)
    datagrams = [payload for client, payload in packets.datagrams if client == talker]
    if len(streams) != 1 or len(datagrams) < 100:
        raise Failure(f"recorded {len(streams)} connections and {len(datagrams)} datagrams")
    return streams[0], datagrams


def still_served(house, relay, since):
    """The relay was not disturbed: it never lost its connection, and it is answered."""
    delay = relay.ask("time").delay
    gone = house.find("link.down", since, relay=relay.name)
    require(gone is None, f"{relay.name} lost its connection: {gone}")
    return delay


def counters(house):
    return house.asked("hub", "status")["counters"]


@scenario("attack: connection recorded and replayed")
def replayed_connection(house):
    stream, _ = record_of(house, house.kitchen)
    length = int.from_bytes(stream[8:10], "big")
    first, rest = stream[:10 + length], stream[10 + length:]
    since, attacker = now(), Attacker(house)
    came, closed = attacker.try_out(first, rest)
    require(len(came[0]) > 3 and closed, f"first message: {refusal(came[0])}, closed: {closed}")
    require(not came[1] and house.find("relay.up", since) is None, f"the replayed records were answered: {came[1]!r}")
    # The downgrade: the preface is bound to the handshake, so a changed one breaks it.
    lower = bytes([*first[:4], 1, 2, *first[6:]])
    downgraded, closed = attacker.try_out(lower)
    require(closed and len(downgraded[0]) <= 3, f"a changed preface got {refusal(downgraded[0])}")
    delay = still_served(house, house.kitchen, since)
    return (f"the replayed first message gets {len(came[0])} bytes, its records the end; with other versions in the "
            f"preface: {refusal(downgraded[0])}; the relay keeps its place, answered after {delay:.0f} ms")


@scenario("attack: datagrams replayed from another address")
def replayed_datagrams(house):
    _, datagrams = record_of(house, house.kitchen)
    before = house.link(house.kitchen)
    since = now()
    with Attacker(house).udp() as attacker:
        sent = datagrams[-300:]
        for payload in sent:
            attacker.sendto(payload, (house.network.address("hub"), PORT))
            time.sleep(0.005)
        delay = still_served(house, house.kitchen, since)
        attacker.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            raise Failure(f"the hub answered a replayed datagram: {attacker.recv(2_000)!r}")
    after = house.link(house.kitchen)
    refused = after["replaysRefused"] - before["replaysRefused"]
    require(refused >= len(sent) * 0.9, f"{refused} of {len(sent)} counted as replayed")
    require(after["path"] == "udp", "media was driven from UDP")
    return f"{refused} of {len(sent)} refused, no answer to them; the relay answered after {delay:.0f} ms by UDP"


@scenario("attack: every datagram twice")
def duplicates(house):
    before = house.link(house.kitchen)
    house.spoil("udp duplicate 100")
    delay = house.kitchen.ask("lights").delay
    after = house.link(house.kitchen)
    refused = after["replaysRefused"] - before["replaysRefused"]
    require(refused > 50, f"only {refused} refused")
    return f"{refused} refused, answered after {delay:.0f} ms"


@scenario("attack: other protocols and version 1")
def other_protocols(house):
    attacker, since = Attacker(house), now()
    # A hello of version 1: magic, version 1 in its fields, plain.
    hello = bytes.fromhex("0016 10 01 4c4f5141 0001 0000".replace(" ", "")) + b"\x07kitchen" * 2
    tries = {
        "version 1": hello, "versions 1 to 1": b"LOQA\x01\x01\x01\x00" + b"\x00\x60" + os.urandom(96),
        "versions 3 to 9": b"LOQA\x03\x09\x01\x00" + b"\x00\x60" + os.urandom(96),
        "HTTP": b"GET / HTTP/1.1\r\nHost: hub\r\n\r\n",
        "TLS": bytes.fromhex("16030100c8010000c40303") + os.urandom(200),
        "a record of 65535": b"LOQA\x02\x02\x01\x00\xff\xff" + os.urandom(600),
        "an unknown key": b"LOQA\x02\x02\x01\x00\x00\x60" + os.urandom(96),
    }
    results = []
    for name, data in tries.items():
        came, closed = attacker.try_out(data)
        require(closed, f"{name}: the connection stays open after {refusal(came[0])}")
        require(len(came[0]) in (0, 3), f"{name}: got {refusal(came[0])}")
        results.append(f"{name}: {refusal(came[0])}")
        time.sleep(0.3)
    require("unsupportedVersion" in results[1] and "unsupportedVersion" in results[2], f"{results}")
    still_served(house, house.kitchen, since)
    return "; ".join(results)


@scenario("attack: token used twice")
def stolen_token(house):
    thief = Relay(house, "thief", "attacker", room="hallway")
    guest = Relay(house, "guest", "bedroom", room="hallway")
    token = house.invite(guest)
    try:
        guest.start("--invite", token).armed()
        thief.start("--invite", token)
        words = house.logged(thief, r"no hub: (.*)")[1]
        house.rest(1.5)
        require(thief.state != "idle", "the stolen token let a second relay in")
        names = [each["name"] for each in house.asked("relay", "list")]
        require("thief" not in names, f"relays: {names}")
    finally:
        thief.stop()
        guest.stop()
    return f"the second relay is told: {words}"


@scenario(f"attack: {FLOOD_CONNECTIONS} connections of garbage while a relay is served")
def connection_flood(house):
    attacker, since, stop = Attacker(house), now(), threading.Event()
    house.kitchen.ask("time")
    held, outcomes, opened = [], {}, 0

    def note(name):
        outcomes[name] = outcomes.get(name, 0) + 1

    def flood():
        nonlocal opened
        source = random.Random(house.seed)
        while not stop.is_set():
            while len(held) < FLOOD_CONNECTIONS and not stop.is_set():
                try:
                    connection = attacker.connect()
                except OSError:
                    note("not accepted")
                    time.sleep(0.05)
                    continue
                opened += 1
                with contextlib.suppress(OSError):
                    # A third says nothing, a third is no Loqa, a third is half a handshake.
                    connection.sendall(source.choice([b"", source.randbytes(200), b"LOQA\x02\x02\x03\x00\x00\x20"]))
                connection.setblocking(False)
                held.append(connection)
            for connection in list(held):
                try:
                    data = connection.recv(100)
                except BlockingIOError:
                    continue
                except OSError:
                    data = b""
                note(refusal(data) if data else "closed")
                if not data:
                    held.remove(connection)
                    connection.close()
            time.sleep(0.01)

    thread = threading.Thread(target=flood, daemon=True)
    thread.start()
    try:
        house.rest(2)
        delays = [relay.ask(sentence).delay for relay, sentence in
                  ((house.kitchen, "lights"), (house.bedroom, "time"))]
    finally:
        stop.set()
        thread.join(10)
        for connection in held:
            connection.close()
    for relay in (house.kitchen, house.bedroom):
        gone = house.find("link.down", since, relay=relay.name)
        require(gone is None, f"{relay.name} lost its connection: {gone}")
    # Those that were not flooding are welcome at once.
    at = now()
    house.bedroom.stop()
    house.bedroom.start(hub=house.through_proxy).armed()
    up = house.event("relay.up", at, relay="bedroom")["t"]
    seconds = (now() - since) / 1e9
    shares = ", ".join(f"{name} {count}" for name, count in sorted(outcomes.items()))
    return (f"{opened} connections in {seconds:.0f} s ({shares}); answered after {delays[0]:.0f} and "
            f"{delays[1]:.0f} ms, another relay joins {(up - house.bedroom.began) / 1e6:.0f} ms after its start; "
            f"the hub counts {counters(house)}")


@scenario("attack: flood of UDP garbage while a command is spoken")
def datagram_flood(house):
    _, datagrams = record_of(house, house.kitchen)
    header = datagrams[-1][:8]
    counter, since, stop, sent = int.from_bytes(header[4:], "big"), now(), threading.Event(), [0]
    before = house.link(house.kitchen)
    socket_ = Attacker(house).udp()

    def flood():
        source = random.Random(house.seed)
        target = (house.network.address("hub"), PORT)
        while not stop.is_set():
            for _ in range(10):
                # The right session, a plausible counter, and no key.
                forged = header[:4] + struct.pack(">I", counter + source.randrange(2_000))
                garbage = source.randbytes(80)
                with contextlib.suppress(OSError):
                    socket_.sendto(source.choice([forged + garbage, b"\x4d" + garbage, garbage]), target)
                sent[0] += 1
            time.sleep(0.005)

    thread = threading.Thread(target=flood, daemon=True)
    thread.start()
    try:
        delays = [house.kitchen.ask(sentence).delay for sentence in ("lights", "off")]
        after = house.link(house.kitchen)
    finally:
        stop.set()
        thread.join(5)
        socket_.close()
    seconds = (now() - since) / 1e9
    gone = house.find("link.down", since, relay="kitchen")
    require(gone is None, f"the relay lost its connection: {gone}")
    require(after["path"] == "udp", "the flood drove media from UDP")
    forged = after["forgeriesRefused"] - before["forgeriesRefused"]
    require(forged > 0, "no forged datagram was counted")
    return (f"{sent[0] / seconds:.0f} datagrams a second, {forged} counted as forged; answered after "
            f"{delays[0]:.0f} and {delays[1]:.0f} ms, by UDP throughout")
