"""Measures what PCM over TCP, as Wyoming sends it, costs on a lossy network: delay of each block, and bytes.

Run as root; called by tools/bench-loss. Two network name spaces are joined by a veth pair, and nftables drops a share
of the packets each way, by the kernel's own chance. The network takes no time of its own, which flatters TCP: its
retransmission timer starts from a round trip of almost nothing.

usage: bench-loss-tcp.py SECONDS LOSS_PERCENT...   prints one JSON object a line
"""

import ctypes
import json
import os
import socket
import subprocess
import sys
import threading
import time

# The satellite of Wyoming sends events of 1,024 samples by default (64 ms); each has a line of JSON before it.
BLOCK_SAMPLES = 1024
RATE = 16_000
PORT = 10_700
LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x4000_0000
SPACES = ("loqa-loss-a", "loqa-loss-b")
ADDRESSES = ("10.213.0.1", "10.213.0.2")


def run(*command, check=True):
    return subprocess.run(command, check=check, capture_output=True, text=True)


def build_network():
    remove_network()
    for space in SPACES:
        run("ip", "netns", "add", space)
    run("ip", "link", "add", "loss-a", "netns", SPACES[0], "type", "veth", "peer", "name", "loss-b",
        "netns", SPACES[1])
    for space, link, address in zip(SPACES, ("loss-a", "loss-b"), ADDRESSES):
        run("ip", "-n", space, "address", "add", f"{address}/24", "dev", link)
        run("ip", "-n", space, "link", "set", link, "up")
        # Each packet is to be one of the wire, or a single drop would take 64 kB.
        run("ip", "netns", "exec", space, "ethtool", "-K", link, "tso", "off", "gso", "off", "gro", "off",
            check=False)


def remove_network():
    for space in SPACES:
        run("ip", "netns", "delete", space, check=False)


def set_loss(percent):
    for space in SPACES:
        run("ip", "netns", "exec", space, "nft", "flush", "ruleset")
        if percent:
            rules = (f"table inet loss {{\n chain in {{\n type filter hook input priority 0;\n"
                     f" numgen random mod 1000 < {percent * 10} drop\n }}\n}}\n")
            run("ip", "netns", "exec", space, "nft", rules)


def enter(space):
    descriptor = os.open(f"/run/netns/{space}", os.O_RDONLY)
    try:
        # Of this thread only. os.setns comes with Python 3.12.
        if LIBC.setns(descriptor, CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "setns")
    finally:
        os.close(descriptor)


def wire_bytes():
    """Bytes that the sender put on its link, retransmissions included, and bytes that came back (acknowledgements)."""
    found = json.loads(run("ip", "-n", SPACES[0], "-j", "-s", "link", "show", "loss-a").stdout)[0]["stats64"]
    return found["tx"]["bytes"], found["rx"]["bytes"]


def event(payload):
    data = json.dumps({"rate": RATE, "width": 2, "channels": 1, "timestamp": 0}).encode()
    header = {"type": "audio-chunk", "version": "1.5.4", "data_length": len(data),
              "payload_length": len(payload)}
    return json.dumps(header).encode() + b"\n" + data + payload


def receive(listener, size, arrivals):
    connection, _ = listener.accept()
    got = 0
    while True:
        chunk = connection.recv(65_536)
        if not chunk:
            return
        got += len(chunk)
        now = time.monotonic()
        while len(arrivals) < got // size:
            arrivals.append(now)


def measure(seconds, percent):
    set_loss(0)
    block = event(os.urandom(BLOCK_SAMPLES * 2))
    arrivals, sent, listening = [], [], threading.Event()

    def serve():
        enter(SPACES[1])
        listener = socket.create_server((ADDRESSES[1], PORT), reuse_port=True)
        listening.set()
        receive(listener, len(block), arrivals)
        listener.close()

    server = threading.Thread(target=serve, daemon=True)
    server.start()
    if not listening.wait(5):
        raise SystemExit("no listener")
    result = {}

    def send():
        enter(SPACES[0])
        connection = socket.create_connection((ADDRESSES[1], PORT))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        set_loss(percent)
        before = wire_bytes()
        start = time.monotonic()
        period = BLOCK_SAMPLES / RATE
        for number in range(int(seconds / period)):
            time.sleep(max(0, start + (number + 1) * period - time.monotonic()))
            sent.append(start + (number + 1) * period)
            connection.sendall(block)
        while len(arrivals) < len(sent) and time.monotonic() < start + seconds + 60:
            time.sleep(0.05)
        after = wire_bytes()
        result["bytes"] = after[0] - before[0]
        result["bytesBack"] = after[1] - before[1]
        set_loss(0)
        connection.close()

    sender = threading.Thread(target=send, daemon=True)
    sender.start()
    sender.join()
    server.join(10)
    delays = sorted((there - here) * 1_000 for there, here in zip(arrivals, sent))
    at = lambda part: round(delays[min(int(part * len(delays)), len(delays) - 1)], 1)
    return {"loss": percent, "seconds": round(len(sent) * BLOCK_SAMPLES / RATE, 1), **result,
            "arrived": len(delays) / len(sent),
            "late": sum(delay > 150 for delay in delays) / len(delays),
            "delay": {"p50": at(0.5), "p95": at(0.95), "p99": at(0.99), "max": at(1)}}


def main():
    seconds = float(sys.argv[1])
    # What is measured is the network's time, not that of a busy machine.
    os.nice(-15)
    build_network()
    try:
        for percent in map(int, sys.argv[2:]):
            print(json.dumps(measure(seconds, percent)), flush=True)
    finally:
        remove_network()


main()
