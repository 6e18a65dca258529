"""The peer that the hub is measured against: PCM over TCP into the `wyoming` package's own server.

usage: wyoming_peer.py receive           prints its port; for each line that it reads, the samples taken and the streams
       wyoming_peer.py send PORT STREAMS SPEED SECONDS
"""

import asyncio
import socket
import sys
import time

from wyoming.audio import AudioChunk, AudioStart
from wyoming.event import async_write_event
from wyoming.server import AsyncEventHandler, AsyncTcpServer

RATE, WIDTH, CHANNELS = 16_000, 2, 1
CHUNK_SAMPLES = 1_024  # what wyoming-satellite sends: 64 ms


class Receiver(AsyncEventHandler):
    """Takes the sound out of each event, as a speech engine would, and keeps nothing."""

    sample_count = 0
    stream_count = 0

    async def handle_event(self, event) -> bool:
        if AudioChunk.is_type(event.type):
            chunk = AudioChunk.from_event(event)
            Receiver.sample_count += len(chunk.audio) // (chunk.width * chunk.channels)
        elif AudioStart.is_type(event.type):
            Receiver.stream_count += 1
        return True


async def receive() -> None:
    server = AsyncTcpServer("127.0.0.1", 0)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        server.port = probe.getsockname()[1]
    await server.start(Receiver)
    print(server.port, flush=True)
    loop = asyncio.get_running_loop()
    while await loop.run_in_executor(None, sys.stdin.readline):
        print(Receiver.sample_count, Receiver.stream_count, flush=True)


async def encoded(event) -> bytes:
    """The event as the package writes it."""
    reader, writer = socket.socketpair()
    with reader, writer:
        _, stream = await asyncio.open_connection(sock=writer)
        await async_write_event(event, stream)
        stream.close()
        await stream.wait_closed()
        data = b""
        while piece := reader.recv(65_536):
            data += piece
        return data


def send(port: int, stream_count: int, speed: float, seconds: float) -> None:
    start = asyncio.run(encoded(AudioStart(RATE, WIDTH, CHANNELS).event()))
    chunk = asyncio.run(encoded(AudioChunk(RATE, WIDTH, CHANNELS, bytes(CHUNK_SAMPLES * WIDTH)).event()))
    streams = [socket.create_connection(("127.0.0.1", port)) for _ in range(stream_count)]
    for stream in streams:
        stream.sendall(start)
    rate = stream_count * RATE / CHUNK_SAMPLES * speed
    began, sent = time.monotonic(), 0
    while (elapsed := time.monotonic() - began) < seconds:
        while sent < int(elapsed * rate):
            streams[sent % stream_count].sendall(chunk)
            sent += 1
        time.sleep(0.001)
    print(sent * CHUNK_SAMPLES, flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "receive":
        asyncio.run(receive())
    else:
        send(int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]), float(sys.argv[5]))
