"""Types sentences into the hub with a chat server that behaves as each scenario wants. See tools/test-chat."""

import json
import os
import re
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

HUB, LLMOCK = sys.argv[1:3]
failures = 0


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


class Server:
    """llmock on loopback."""

    def __init__(self):
        self.port = free_port()
        self.process = subprocess.Popen(
            [LLMOCK, "serve", "--port", str(self.port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for _ in range(200):
            try:
                self.call("/health")
                return
            except OSError:
                time.sleep(0.1)
        sys.exit("test-chat: llmock does not start")

    def call(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", data, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=5) as answer:
            return json.load(answer)

    def behave(self, *behaviors):
        self.call("/_llmock/reset", {})
        self.call("/_llmock/scenario", {"behaviors": list(behaviors)})


def ask(url, sentence="tell me something about the sea", room="kitchen", *options, timeout=12):
    """What the hub prints for a sentence, its exit status, and the seconds that the chat model took by its log."""
    arguments = [
        HUB, "--home", "tools/demo-home.yaml", "--sentences", "Hub/sentences", "--state-dir", state, "--room", room,
        "--chat-url", url, "--chat-model", "gpt-4o-mini", *options, "--ask", sentence,
    ]
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=timeout, check=False)
    took = re.search(r"\bms=(\d+)", done.stderr)
    return done.stdout, done.stderr, done.returncode, int(took[1]) / 1000 if took else 0


def check(name, result, wants=(), refuses=(), within=6.7, code=0):
    """Prints one line and counts a failure."""
    global failures
    out, err, status, seconds = result
    problems = [f"no {want!r}" for want in wants if want not in out + err]
    problems += [f"says {refused!r}" for refused in refuses if refused in out]
    if status != code:
        problems.append(f"ends with {status}")
    if seconds > within:
        problems.append(f"took more than {within} s")
    failures += bool(problems)
    print(f"{'FAILED' if problems else 'ok    '}  {seconds:5.2f} s  {name}  {'; '.join(problems)}", flush=True)
    if problems:
        print(out + err)


def reply(text, **more):
    return {"type": "reply", "text": text, **more}


def tool(intent, **arguments):
    return {"type": "reply", "tool_calls": [{"name": intent, "arguments": arguments}]}


def encrypted_server(folder):
    """HTTPS on loopback with a certificate that only its own file vouches for; gives its port and that file."""
    key, certificate = f"{folder}/key.pem", f"{folder}/certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            connection, _ = listener.accept()
            try:
                with context.wrap_socket(connection, server_side=True) as stream:
                    while b"}" not in stream.recv(65536):
                        pass
                    body = b'{"choices":[{"message":{"content":"From behind a certificate."}}]}'
                    stream.sendall(
                        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                        % (len(body), body)
                    )
            except OSError:
                connection.close()

    threading.Thread(target=serve, daemon=True).start()
    return listener.getsockname()[1], certificate


def half_done_server():
    """Calls a tool and is gone after it; gives its URL."""
    call = {"name": "HassTurnOn", "arguments": '{"name":"ceiling lights"}'}
    message = {"tool_calls": [{"id": "1", "type": "function", "function": call}]}
    body = json.dumps({"choices": [{"message": message}]}).encode()
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        connection, _ = listener.accept()
        with connection:
            while b"stream" not in connection.recv(65536):
                pass
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
        listener.close()

    threading.Thread(target=serve, daemon=True).start()
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


UNREACHABLE = "the chat model cannot be reached"
SLOW = "the chat model takes too long"
USELESS = "the chat model was of no help"


def talk(server, url):
    server.behave(reply("The sea is **deep** and wide."))
    check("an answer is said, without its marks", ask(url), ["chat     The sea is deep and wide."])
    server.behave(tool("HassTurnOn", name="ceiling lights"), reply("There you are."))
    check(
        "a device of the talker's room is turned on", ask(url, "it is far too dark for me"),
        ["change   kitchen ceiling lights", "chat     There you are."],
    )
    server.behave(tool("HassTurnOn", name="blinds"), reply("Opened."))
    check(
        "what could do harm is asked first", ask(url, "let some fresh sunshine come inside"),
        ["asked    Shall I open blinds?"], ["change", "Opened."],
    )
    server.behave(tool("HassTurnOn", name="reading lamp"), reply("On."))
    check(
        "a device of another room is asked about", ask(url, "it is far too dark for me"),
        ["asked    There is no reading lamp in the kitchen. Do you mean in the bedroom?"], ["change"],
    )
    server.behave(tool("HassTurnOn", name="laser cannon"), reply("I have none."))
    check(
        "a name that the home does not have goes back to the model", ask(url, "it is far too dark for me"),
        ["chat     I have none."], ["change"],
    )
    server.behave({"type": "tool_fault", "kind": "malformed_arguments"})
    check("arguments that are no JSON", ask(url, "it is far too dark for me"), [USELESS], ["change"])
    server.behave({"type": "tool_fault", "kind": "unknown_tool"})
    check("a tool that was not offered", ask(url, "it is far too dark for me"), ["chat     "], ["change"])
    check(
        "a device was turned on, then the server failed", ask(half_done_server(), "it is far too dark for me"),
        ["change   kitchen ceiling lights", "answer   The kitchen ceiling lights are on."],
    )
    server.behave(reply("I only talk."))
    check("without tools it only talks", ask(url, "it is far too dark for me", "kitchen", "--chat-tools", "no"),
          ["chat     I only talk."], ["change"])


def break_it(server, url):
    for status in (400, 401, 404, 500, 503):
        server.behave({"type": "fail", "status": status, "times": None})
        check(f"status {status}", ask(url), [UNREACHABLE, f"status {status}"], within=2)
    server.behave({"type": "fail", "status": 429, "retry_after": 3, "times": None})
    check("too many requests", ask(url), [UNREACHABLE, "status 429"], within=2)
    for kind in ("disconnect", "truncate"):
        server.behave(reply("This is a long answer that breaks off somewhere."),
                      {"type": "stream_fault", "kind": kind, "after_chunks": 2})
        check(f"a stream that breaks off: {kind}", ask(url), [UNREACHABLE], ["chat     "], within=2)
    server.behave(reply("This is a long answer with garbage in it."),
                  {"type": "stream_fault", "kind": "malformed", "after_chunks": 2})
    check("garbage in a stream", ask(url), [USELESS], ["chat     "], within=2)
    server.behave(reply("This is a long answer that hangs."),
                  {"type": "stream_fault", "kind": "stall", "stall_seconds": 30, "after_chunks": 2})
    check("a stream that hangs", ask(url), [SLOW], ["chat     "], within=3.5)
    server.behave(reply("Slow, but there."), {"type": "slow_first_token", "seconds": 2})
    check("a model that thinks for two seconds", ask(url), ["chat     Slow, but there."], within=3.5)
    server.behave({"type": "delay", "seconds": 30})
    check("a model that thinks for half a minute", ask(url), [SLOW], within=5.7)


def trust(folder):
    key = f"{folder}/key"
    with open(key, "w", encoding="utf-8") as file:
        file.write("sk-secret\n")
    os.chmod(key, 0o644)
    check("a key that others may read", ask("http://127.0.0.1:9", "x", "kitchen", "--chat-key-file", key),
          ["chmod 600"], ["sk-secret"], code=78)
    check("a server outside the house", ask("https://203.0.113.5/v1"), ["chat-allow-outside"], code=78)
    check("consent for another server",
          ask("https://203.0.113.5/v1", "x", "kitchen", "--chat-allow-outside", "models.example"),
          ["allows another server"], code=78)
    check("words that would leave the house in clear",
          ask("http://203.0.113.5/v1", "x", "kitchen", "--chat-allow-outside", "203.0.113.5"), ["https://"], code=78)
    port, certificate = encrypted_server(folder)
    check("a certificate that nobody vouches for", ask(f"https://localhost:{port}/v1"), [UNREACHABLE], within=2)
    check("a certificate that the owner vouches for",
          ask(f"https://localhost:{port}/v1", "tell me something about the sea", "kitchen", "--chat-authorities", certificate),
          ["chat     From behind a certificate."], within=2)


with tempfile.TemporaryDirectory() as state:
    peer = Server()
    try:
        base = f"http://127.0.0.1:{peer.port}/v1"
        talk(peer, base)
        break_it(peer, base)
        verdict = peer.call("/_llmock/verdict")
    finally:
        peer.process.terminate()
        peer.process.wait()
    for finding in verdict.get("findings", []):
        # Nobody waits for a second try while a person stands there; the breaker sees to the rest.
        if finding.get("rule", finding.get("kind")) != "gave_up":
            failures += 1
            print("FAILED  llmock says:", finding)
    check("a server that is gone", ask(base), [UNREACHABLE, "nothing listens there"], within=2)
    trust(state)
print(f"{failures} failed" if failures else "every scenario went as it should")
sys.exit(1 if failures else 0)
