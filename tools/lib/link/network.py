"""Network name spaces on a virtual switch, and processes in them."""

import contextlib
import ctypes
import fcntl
import os
import signal
import socket
import subprocess
import time

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x4000_0000
SUBNET = "10.78.0"
PORT = 7580


def now():
    """The clock of all traces, nanoseconds."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME)


def run(*command, check=True, **options):
    return subprocess.run(command, check=check, capture_output=True, text=True, **options)


class Network:
    """One name space for each name, all on one switch, which stands in a name space of its own."""

    def __init__(self, numbers):
        """numbers: the last part of each name's address."""
        self.numbers = numbers
        self.processes = []
        self._home = os.open("/proc/self/ns/net", os.O_RDONLY)
        try:
            run("ip", "netns", "add", self.space("switch"))
            run("ip", "-n", self.space("switch"), "link", "add", "switch", "type", "bridge")
            run("ip", "-n", self.space("switch"), "link", "set", "switch", "up")
            for name, number in numbers.items():
                self._plug(name, number)
        except BaseException:
            self.close()
            raise

    def _plug(self, name, number):
        space = self.space(name)
        run("ip", "netns", "add", space)
        run("ip", "link", "add", "eth0", "netns", space, "type", "veth", "peer", "name", f"port{number}",
            "netns", self.space("switch"))
        run("ip", "-n", self.space("switch"), "link", "set", f"port{number}", "master", "switch", "up")
        run("ip", "-n", space, "link", "set", "lo", "up")
        run("ip", "-n", space, "address", "add", f"{SUBNET}.{number}/24", "dev", "eth0")
        run("ip", "-n", space, "link", "set", "eth0", "up")
        run("ip", "-n", space, "route", "add", "224.0.0.0/4", "dev", "eth0")

    def space(self, name):
        return f"loqa-{os.getpid()}-{name}"

    def address(self, name):
        return f"{SUBNET}.{self.numbers[name]}"

    def readdress(self, name, number):
        """Gives a name another address; the old one is gone."""
        space = self.space(name)
        run("ip", "-n", space, "address", "delete", f"{self.address(name)}/24", "dev", "eth0")
        self.numbers[name] = number
        run("ip", "-n", space, "address", "add", f"{self.address(name)}/24", "dev", "eth0")
        run("ip", "-n", space, "route", "replace", "224.0.0.0/4", "dev", "eth0")

    def start(self, name, command, log, environment=None, **options):
        """Starts a process in a name space. It dies with this one."""
        with open(log, "ab") as output:
            process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", "--", "ip", "netns", "exec", self.space(name), *command],
                stderr=output, env=os.environ | (environment or {}), start_new_session=True,
                **{"stdin": subprocess.DEVNULL, "stdout": output} | options)
        self.processes.append(process)
        return process

    def stop(self, process, number=signal.SIGTERM):
        """Ends a process and waits for it; its children end with it."""
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            if process.poll() is None:
                os.kill(process.pid, number)
            try:
                process.wait(3)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            os.killpg(process.pid, signal.SIGKILL)
        if process in self.processes:
            self.processes.remove(process)

    @contextlib.contextmanager
    def inside(self, name):
        """Sockets that this thread makes meanwhile belong to the name space."""
        descriptor = os.open(f"/run/netns/{self.space(name)}", os.O_RDONLY)
        try:
            self._enter(descriptor)
            yield
        finally:
            self._enter(self._home)
            os.close(descriptor)

    @staticmethod
    def _enter(descriptor):
        # os.setns comes with Python 3.12.
        if LIBC.setns(descriptor, CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "setns")

    def socket(self, name, kind, family=socket.AF_INET):
        with self.inside(name):
            return socket.socket(family, kind)

    def sniffer(self, name):
        """A socket that gets every packet of a name space's link."""
        with self.inside(name):
            sniffer = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(3))
            sniffer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
            sniffer.setblocking(False)
            return sniffer

    def close(self):
        for process in list(self.processes):
            self.stop(process, signal.SIGKILL)
        for name in [*self.numbers, "switch"]:
            run("ip", "netns", "delete", self.space(name), check=False)


class Packets:
    """What a sniffer saw of one hub's port: UDP payloads, and the bytes of each TCP connection from a client."""

    def __init__(self, sniffer):
        self.sniffer = sniffer
        self.datagrams = []
        self.streams = {}

    def read(self):
        while True:
            try:
                packet, address = self.sniffer.recvfrom(65_536)
            except BlockingIOError:
                return self
            if address[1] == 0x0800:
                self._note(packet)

    def _note(self, packet):
        header = (packet[0] & 15) * 4
        source, total = socket.inet_ntoa(packet[12:16]), int.from_bytes(packet[2:4], "big")
        body = packet[header:total]
        if len(body) < 8 or int.from_bytes(body[2:4], "big") != PORT:
            return
        client = (source, int.from_bytes(body[:2], "big"))
        if packet[9] == 17:
            self.datagrams.append((client, bytes(body[8:])))
        elif packet[9] == 6:
            payload = bytes(body[(body[12] >> 4) * 4:])
            if payload:
                # Segments in order: nothing is lost between name spaces of one machine.
                self.streams.setdefault(client, []).append(payload)


def widen(pipe):
    """Lets a pipe hold half a minute of speech, where that is allowed."""
    with contextlib.suppress(PermissionError):
        fcntl.fcntl(pipe, 1031, 1 << 20)
