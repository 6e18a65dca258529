"""The hub moves to another address: relays find it by mDNS, with real Avahi daemons."""

import os

from network import run
from scenarios import require, scenario

BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path={path}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/> <allow own="*"/>
    <allow send_type="method_call"/> <allow send_type="signal"/>
    <allow send_type="method_return"/> <allow send_type="error"/>
    <allow receive_type="method_call"/> <allow receive_type="signal"/>
    <allow receive_type="method_return"/> <allow receive_type="error"/>
  </policy>
</busconfig>
"""


def start_avahi(house, space):
    """A bus and a daemon of a name space's own; they end with the house."""
    folder = house.folder / space
    folder.mkdir(exist_ok=True)
    bus = folder / "bus"
    (folder / "dbus.conf").write_text(BUS.format(path=bus))
    (folder / "avahi.conf").write_text(
        f"[server]\nhost-name=loqa-{space}\nallow-interfaces=eth0\nuse-ipv6=no\n[wide-area]\nenable-wide-area=no\n")
    house.network.start(space, ["dbus-daemon", f"--config-file={folder / 'dbus.conf'}", "--nofork", "--nopidfile"],
                        folder / "log")
    house.wait(bus.exists, f"the bus of {space}")
    # /run is a fresh one, as the daemon's files there belong to the machine's own.
    house.network.start(
        space, ["unshare", "--mount", "--propagation", "private", "sh", "-c",
                'mount -t tmpfs tmpfs /run && exec avahi-daemon -f "$0" --no-drop-root --no-chroot --no-rlimits',
                str(folder / "avahi.conf")],
        folder / "log", house.environment(space))
    house.wait(lambda: browse(house, space, "--all").returncode == 0, f"avahi of {space}")


def browse(house, space, *words):
    return run("ip", "netns", "exec", house.network.space(space), "avahi-browse", "--terminate", *words, check=False,
               env=os.environ | house.environment(space))


@scenario("hub at another address, found by mDNS")
def readdressed(house):
    for space in ("hub", "kitchen"):
        start_avahi(house, space)
    house.kill_hub()
    house.hub_is_armed(house.start_hub()["t"])
    # Without a configured address: it knows the last that worked, which is the proxy's.
    house.kitchen.stop()
    house.kitchen.start().armed()
    # Avahi first asks whether the name is free.
    house.wait(lambda: "_loqa._tcp" in browse(house, "kitchen", "_loqa._tcp").stdout, "the hub's announcement")
    house.network.stop(house.proxy)
    house.network.readdress("hub", 7)
    try:
        at = house.event("link.down", house.kitchen.began, relay="kitchen")["t"]
        # Half a minute lies between two searches, and the first may still find the old address.
        up = house.event("link.up", at, seconds=60, relay="kitchen")["t"]
        delay = house.kitchen.armed().ask("time").delay
        require(house.network.address("hub") in house.kitchen.log.read_text(), "it is there by another way")
    finally:
        house.network.readdress("hub", 1)
        house.start_proxy()
    house.kitchen.stop()
    for relay in (house.kitchen.start(hub=house.through_proxy), house.bedroom):
        relay.armed()
    return f"found {(up - at) / 1e9:.1f} s after its connection was gone, answered after {delay:.0f} ms"
