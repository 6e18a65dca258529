"""What must work between real processes. Each scenario returns its figures as words, or raises Failure."""

import signal
import statistics

import sound
from house import Failure, Relay
from network import PORT, now, run

SCENARIOS = []


def scenario(name):
    def add(function):
        SCENARIOS.append((name, function))
        return function
    return add


def require(condition, words):
    if not condition:
        raise Failure(words)


def milliseconds(microseconds):
    return f"{microseconds / 1_000:.1f} ms"


@scenario("enrolment by token")
def enrol(house):
    """Always runs: all others need its relays."""
    for relay in (house.kitchen, house.bedroom):
        relay.start("--invite", house.invite(relay)).armed()
        house.event("relay.enrolled", relay.began, relay=relay.name)
        relay.joined = (house.find("link.up", relay.began, relay=relay.name)["t"]
                        - house.find("relay.ready", relay.began, relay=relay.name)["t"]) / 1e6
    house.hub_is_armed()
    turn = house.kitchen.ask("lights")
    delay = house.bedroom.ask("lights").delay
    link = house.path(house.kitchen, "udp")
    return (f"joined {house.kitchen.joined:.0f} and {house.bedroom.joined:.0f} ms after their start, answered after "
            f"{turn.delay:.0f} and {delay:.0f} ms, round trip {milliseconds(link['roundTripMicroseconds'])}")


@scenario("another address by configuration")
def through_proxy(house):
    """Relays reach the hub through the proxy from here on, with their stored keys."""
    for relay in (house.kitchen, house.bedroom):
        relay.stop()
        relay.start(hub=house.through_proxy).armed()
    house.path(house.kitchen, "udp")
    return f"answered after {house.kitchen.ask('lights').delay:.0f} ms"


def clock_known(link):
    return link.get("clockBoundMicroseconds") is not None


def with_loss(house, percent):
    # A relay that has just joined needs minutes to know the clock under this jitter, and one that knows it may doubt.
    house.linked(house.kitchen, clock_known, "the clock")
    house.spoil(f"udp loss {percent}", "udp delay 20", "udp jitter 10", "udp reorder 2 30")
    before = house.proxy_statistics()
    delays, turn, losses = [], None, []
    for relay, sentence in ((house.kitchen, "lights"), (house.bedroom, "off"), (house.kitchen, "blinds")):
        turn = relay.say(sentence)
        house.wait(lambda: turn.understood, f"{sentence} to be understood", turn.story)
        losses.append(house.link(relay)["up"]["lossPermille"] / 10)
        delays.append(turn.finish().delay)
    link = house.linked(house.kitchen, lambda link: link["path"] == "udp" and link["up"]["jitterMicroseconds"] > 0,
                        "loss and jitter of the link")
    after = house.proxy_statistics()
    require(any(losses), f"loss of {percent} % was reported as {losses}")
    require(20_000 <= link["roundTripMicroseconds"] < 200_000,
            f"the round trip is {link['roundTripMicroseconds']} us, and the path takes 40 ms")
    # All clocks here are one, so the true offset is zero.
    clock = "in doubt"
    if clock_known(link):
        offset, bound = link["clockOffsetMicroseconds"], link["clockBoundMicroseconds"]
        require(abs(offset) <= bound, f"the clock is {offset} us off, beyond its bound of {bound} us")
        clock = f"{milliseconds(abs(offset))} off, within {milliseconds(bound)}"
    both = [(after["udp"][way]["lost"] - before["udp"][way]["lost"],
             after["udp"][way]["received"] - before["udp"][way]["received"]) for way in ("up", "down")]
    lost = ", ".join(f"{lost} of {sent} {way}" for (lost, sent), way in zip(both, ("up", "down")))
    return (f"3 commands as meant, answered after {', '.join(f'{delay:.0f}' for delay in delays)} ms; lost {lost}; the "
            f"link says: loss {max(losses):.1f} %, jitter {milliseconds(link['up']['jitterMicroseconds'])}, round trip "
            f"{milliseconds(link['roundTripMicroseconds'])}, clock {clock}")


@scenario("5 % loss, 20 +- 10 ms, reordering")
def loss_5(house):
    return with_loss(house, 5)


@scenario("10 % loss, 20 +- 10 ms, reordering")
def loss_10(house):
    return with_loss(house, 10)


@scenario("UDP blocked and opened")
def blocked(house):
    house.path(house.kitchen, "udp")
    began = now()
    house.spoil("udp block")
    house.path(house.kitchen, "tcp")
    away = (now() - began) / 1e9
    turn = house.kitchen.ask("time")
    require(house.link(house.kitchen)["path"] == "tcp", "media went by UDP though it is blocked")
    began = now()
    house.spoil("udp open")
    house.path(house.kitchen, "udp")
    back = (now() - began) / 1e9
    house.kitchen.ask("time")
    require(away < 9 and back < 4, f"found blocked after {away:.1f} s, open after {back:.1f} s")
    return f"by TCP after {away:.1f} s, answered after {turn.delay:.0f} ms; by UDP {back:.1f} s after it opened"


@scenario("UDP blocked in the middle of a command")
def blocked_within(house):
    house.path(house.kitchen, "udp")
    turn = house.kitchen.say("off")
    talking = house.wait(lambda: turn.talking, "the talker")["t"]
    house.rest((talking - now()) / 1e9 + turn.seconds * 0.6)
    house.spoil("udp block")
    # Speech that was on its way is lost: the turn must end all the same, and the relay listen again.
    house.rest(turn.seconds * 0.4)
    house.wait(lambda: house.kitchen.state == "idle", "the relay to listen again", turn.story)
    house.path(house.kitchen, "tcp")
    return f"listens again, and answers after {house.kitchen.ask('lights').delay:.0f} ms by TCP"


def interrupted(house, order):
    plain = house.kitchen.ask("off").delay
    turn = house.kitchen.say("off")
    claimed = house.event("turn.opened", turn.began, relay="kitchen")
    house.rest(0.3)
    at = now()
    talking = house.wait(lambda: turn.talking, "the talker")["t"]
    house.spoil(order)
    turn.finish()
    part = (at - talking) / 1e9
    again = house.find("turn.opened", max(at, claimed["t"]), relay="kitchen")
    resumed = f"claimed again {(again['t'] - at) / 1e6:.0f} ms later, " if again else "the turn went on, "
    require(part < turn.seconds, "the command was over before it was interrupted")
    return (f"{part:.1f} s into a command of {turn.seconds:.1f} s; {resumed}answered after {turn.delay:.0f} ms "
            f"(undisturbed {plain:.0f} ms)")


@scenario("connection cut in the middle of a command")
def cut(house):
    return interrupted(house, "cut")


@scenario("connection stalls for 800 ms in the middle of a command")
def stall(house):
    return interrupted(house, "tcp stall 800")


@scenario("hub killed")
def hub_killed(house):
    house.kill_hub()
    house.rest(1)
    ready = house.start_hub()["t"]
    times = [(house.event("relay.up", ready, relay=relay.name)["t"] - ready) / 1e6
             for relay in (house.kitchen, house.bedroom)]
    house.hub_is_armed(ready)
    delays = [relay.armed().ask("time").delay for relay in (house.kitchen, house.bedroom)]
    require(max(times) < 2_000, f"the relays were back after {times} ms")
    return (f"relays back {times[0]:.0f} and {times[1]:.0f} ms after it was ready, answered after {delays[0]:.0f} and "
            f"{delays[1]:.0f} ms")


@scenario("relay killed")
def relay_killed(house):
    relay = house.kitchen
    relay.stop(signal.SIGKILL)
    relay.start(hub=house.through_proxy)
    up = house.event("link.up", relay.began, relay="kitchen")["t"]
    ready = house.find("relay.ready", relay.began, relay="kitchen")["t"]
    relay.armed()
    return (f"back without its token {(up - ready) / 1e6:.0f} ms after its start, answered after "
            f"{relay.ask('time').delay:.0f} ms")


@scenario("announcements together")
def announcements(house):
    bounds = [house.linked(relay, clock_known, "the clock")
              for relay in (house.kitchen, house.bedroom)]
    house.spoil("udp delay 5", "udp jitter 5")
    apart = []
    for number in ("one", "two", "three", "four", "five"):
        began = now()
        spoken = house.asked("announce", f"announcement number {number}")
        require(len(spoken) == 2, f"spoken by {spoken}")
        starts = [(house.folder / f"{relay.name}.played", house.event("speaker.started", began, board=relay.name))
                  for relay in (house.kitchen, house.bedroom)]
        for relay in (house.kitchen, house.bedroom):
            house.event("speaker.ended", starts[0][1]["t"], board=relay.name)
        apart.append(abs(sound.apart(*starts)))
    require(max(apart) < 10, f"apart by {apart} ms")
    bound = max(link["clockBoundMicroseconds"] for link in bounds)
    return (f"5 heard {', '.join(f'{each:.1f}' for each in apart)} ms apart (median {statistics.median(apart):.1f}), "
            f"clocks known within {milliseconds(bound)}")


@scenario("adoption by six digits")
def adoption(house):
    hall = house.hall = Relay(house, "hall", "bedroom", room="hallway")
    hall.start(hub=house.through_proxy)
    code = house.logged(hall, r"(\d{3}) (\d{3})\b")
    digits = code[1] + code[2]
    pending = house.asked("relay", "pending")
    require([each["code"] for each in pending] == [digits], f"the relay shows {digits}, the hub {pending}")
    require(hall.state != "idle", "a relay that waits must not be armed")
    at = now()
    house.loqa("relay", "approve", digits)
    up = house.event("relay.up", at, relay="hall")["t"]
    hall.armed()
    delay = hall.ask("time").delay

    stranger = Relay(house, "stranger", "kitchen", room="bedroom")
    try:
        stranger.start(hub=house.through_proxy)
        code = house.logged(stranger, r"(\d{3}) (\d{3})\b")
        house.loqa("relay", "refuse", code[1] + code[2])
        house.logged(stranger, "refused")
        house.rest(2)
        known = [each["name"] for each in house.asked("relay", "list")]
        require("stranger" not in known and stranger.state != "idle", f"the refused relay got in: {known}")
    finally:
        stranger.stop()
    return (f"both sides show {digits}; up {(up - at) / 1e6:.0f} ms after its approval, answered after {delay:.0f} ms; "
            "another, refused, stays out")


@scenario("revoked relay")
def revoked(house):
    hall = getattr(house, "hall", None)
    require(hall and house.link(hall), "it needs the relay of the scenario \"adoption by six digits\"")
    at = now()
    house.loqa("relay", "revoke", "hall", "--yes")
    down = house.event("link.down", at, relay="hall")["t"]
    house.logged(hall, "revoked")
    hall.stop()
    hall.start(hub=house.through_proxy)
    house.logged(hall, "revoked")
    house.kill_hub(signal.SIGTERM)
    ready = house.start_hub()["t"]
    house.event("relay.refused", ready, reason="revoked")
    require(house.link(hall) is None, "a revoked relay is connected")
    hall.stop()
    run(house.program("loqa-relay"), "--reset", "yes", "--state-dir", str(hall.folder))
    hall.start("--invite", house.invite(hall, via="proxy"))
    house.event("relay.enrolled", hall.began)
    hall.armed()
    house.hub_is_armed(ready)
    delay = hall.ask("time").delay
    hall.stop()
    for relay in (house.kitchen, house.bedroom):
        relay.armed()
    return (f"dropped {(down - at) / 1e6:.0f} ms after the order, refused over restarts of both; after a reset a new "
            f"relay, answered after {delay:.0f} ms")


@scenario("hub's key changed")
def rotation(house):
    """Comes last of the house's own: it leaves the bedroom behind, and takes it in again."""
    house.bedroom.stop()
    old = house.asked("hub", "status")["fingerprint"]
    new = house.asked("hub", "rotate-key")["fingerprint"]
    status = house.wait(lambda: (lambda found: found if found["rotation"]["confirmed"] >= 1 else None)(
        house.asked("hub", "status")), "the kitchen to keep the new key")
    require("bedroom" in status["rotation"]["behind"], f"who is behind: {status['rotation']}")
    end = house.asked("hub", "finish-rotation", "--yes")
    require("bedroom" in end["leftBehind"] and "kitchen" not in end["leftBehind"], f"left behind: {end['leftBehind']}")
    house.kitchen.ask("time")
    house.kitchen.stop()
    house.kitchen.start(hub=house.through_proxy).armed().ask("time")
    house.bedroom.start(hub=house.through_proxy)
    words = house.logged(house.bedroom, r"no hub: (.*another key.*)")[1]
    house.rest(2)
    require(house.link(house.bedroom) is None, "the relay that was left behind is connected")
    house.kill_hub(signal.SIGTERM)
    ready = house.start_hub()["t"]
    house.hub_is_armed(ready)
    house.kitchen.armed().ask("time")
    house.bedroom.stop()
    house.loqa("relay", "revoke", "bedroom", "--yes")
    run(house.program("loqa-relay"), "--reset", "yes", "--state-dir", str(house.bedroom.folder))
    house.bedroom.start("--invite", house.invite(house.bedroom, via="proxy")).armed().ask("time")
    return (f"{old} became {new}; kitchen followed and answers, before and after restarts; bedroom, which was away, "
            f"says: {words}")
