"""Voices and recordings from Debian's archive that are not installed: fetched into a folder of their own, nothing of the
system is changed.

Three speech engines of Debian's contrib and non-free (their voices are trained or recorded and come without sources, which
is why they are there) and the dialogues of a game in Debian main, several hours of actors, which teach what is not the phrase.
"""
import os
import re
import subprocess

FOLDER = os.environ.get("LOQA_WAKE_VOICES", ".build/wake-voices")
LARGEST_VOICE = 9.2e6                                # bytes of a package; some languages' voices are much larger
_ENGINES = ["mbrola", "libttspico0", "libttspico-data", "librhvoice-core7", "librhvoice5", "rhvoice-english",
            "flight-of-the-amazon-queen"]
_LIST = "deb {keys}http://deb.debian.org/debian bookworm main contrib non-free\n"
_KEYS = "/usr/share/keyrings/debian-archive-keyring.gpg"
_SETTINGS = """Dir::Etc::sourcelist "{0}/sources.list";
Dir::Etc::sourceparts "-";
Dir::State::lists "{0}/lists";
Dir::Cache "{0}/cache";
APT::Sandbox::User "root";
"""


def path(*parts):
    """A file of the fetched packages, or None."""
    found = os.path.join(FOLDER, "files", *parts)
    return found if os.path.exists(found) else None


def fetch(tell=print):
    """Fetches once what is missing; without the archive it says so, and the installed voices must do."""
    done = f"{FOLDER}/complete"
    if os.path.exists(done):
        return
    base = os.path.abspath(FOLDER)
    for part in ("lists/partial", "cache/archives/partial", "packages", "files"):
        os.makedirs(f"{base}/{part}", exist_ok=True)
    with open(f"{base}/sources.list", "w") as file:
        file.write(_LIST.format(keys=f"[signed-by={_KEYS}] " if os.path.exists(_KEYS) else ""))
    with open(f"{base}/apt.conf", "w") as file:
        file.write(_SETTINGS.format(base))
    apt = lambda *command, **more: subprocess.run(command, env={**os.environ, "APT_CONFIG": f"{base}/apt.conf"}, check=True,
                                                  capture_output=True, text=True, **more).stdout
    for name in os.listdir(f"{base}/packages"):                  # of an interrupted run, perhaps not whole
        os.remove(f"{base}/packages/{name}")
    try:
        apt("apt-get", "update")
        wanted = _ENGINES + _mbrola_voices(apt("apt-cache", "dumpavail"))
        tell(f"{len(wanted)} packages of voices from Debian")
        apt("apt-get", "download", *wanted, cwd=f"{base}/packages")
        for name in sorted(os.listdir(f"{base}/packages")):
            subprocess.run(["dpkg-deb", "-x", f"{base}/packages/{name}", f"{base}/files"], check=True)
            os.remove(f"{base}/packages/{name}")
    except (OSError, subprocess.CalledProcessError) as error:
        tell(f"no more voices than the installed ones: {(getattr(error, 'stderr', '') or str(error)).strip()[-200:]}")
        return
    with open(done, "w") as file:
        file.write("\n".join(wanted) + "\n")


def _mbrola_voices(available):
    sizes = {}
    for part in available.split("\n\n"):
        name, size = re.search(r"^Package: (mbrola-\w+)$", part, re.M), re.search(r"^Size: (\d+)$", part, re.M)
        if name and size:
            sizes[name[1]] = int(size[1])
    return sorted(n for n, size in sizes.items() if size < LARGEST_VOICE)
