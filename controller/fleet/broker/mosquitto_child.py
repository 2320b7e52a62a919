"""The Mosquitto program: finding it, configuring it, keeping it alive."""

from __future__ import annotations

import contextlib
import getpass
import logging
import os
import shutil
import signal
import subprocess
import time
from collections import deque
from pathlib import Path
from random import Random

from controller.fleet.broker.errors import ProgramMissing
from controller.fleet.certificates import ServerFiles
from devices.link.backoff import Backoff
from devices.link.retry import RetryThread

log = logging.getLogger(__name__)

PROGRAM_FOLDERS = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin")
PLUGIN = "mosquitto_dynamic_security.so"
PLUGIN_FOLDERS = ("/usr/lib/*", "/usr/lib", "/usr/lib/mosquitto", "/usr/lib64", "/usr/local/lib", "/opt/homebrew/lib")
FAREWELL = 10.0
"""Seconds for saving its state before it is killed: a busy machine needs some, and what is not saved is lost."""
GLANCE = 0.05

CONFIGURATION = """\
# Written by the controller at every start; changes made here are lost.
listener {port} {bind}
{tls}
allow_anonymous false
plugin {plugin}
plugin_opt_config_file {folder}/dynamic-security.json

# With the defaults (1000 and 20) four of five acknowledgements of 5,000 devices are lost without a word;
# 0 is documented as no limit, but lost everything in some versions.
max_queued_messages 100000
max_inflight_messages 1000
max_packet_size 1048576
set_tcp_nodelay true

# What is retained and what waits for absent devices outlives a power cut, but for the last half minute.
persistence true
persistence_location {folder}/
autosave_interval 30
persistent_client_expiration 2m

pid_file {folder}/mosquitto.pid
sys_interval 0
log_dest stderr
log_type error
log_type warning
log_type notice
connection_messages false
{user}"""


def find_program() -> Path:
    """ProgramMissing when there is none. Debian keeps it where only root looks."""
    found = shutil.which("mosquitto", path=os.pathsep.join((os.environ.get("PATH", ""), *PROGRAM_FOLDERS)))
    if found is None:
        raise ProgramMissing("Mosquitto is not installed; on Debian and Ubuntu: apt install mosquitto.")
    return Path(found)


def find_plugin() -> Path:
    """ProgramMissing when Mosquitto came without its dynamic security plugin."""
    for folder in PLUGIN_FOLDERS:
        for found in Path("/").glob(f"{folder.lstrip('/')}/{PLUGIN}"):
            return found
    raise ProgramMissing(f"Mosquitto's plugin {PLUGIN} is not installed; Debian's package mosquitto has it.")


def configuration(folder: Path, bind: str, port: int, plugin: Path, tls: ServerFiles | None = None) -> str:
    # Started by root, Mosquitto would become another user, who cannot read what root keeps in the folder.
    user = f"user {getpass.getuser()}\n" if os.geteuid() == 0 else ""
    secured = f"certfile {tls.certificate.absolute()}\nkeyfile {tls.key.absolute()}\ntls_version tlsv1.2" if tls else ""
    return CONFIGURATION.format(folder=folder, bind=bind, port=port, plugin=plugin, user=user, tls=secured)


class MosquittoChild:
    """Runs Mosquitto, and runs it again when it dies."""

    def __init__(self, program: Path, configuration_file: Path) -> None:
        self._command = [str(program), "-c", str(configuration_file)]
        self._process: subprocess.Popen[str] | None = None
        self._last_words: deque[str] = deque(maxlen=5)
        self._thread = RetryThread("mosquitto", self._run, Backoff(0.2, 10.0, Random()))

    @property
    def trouble(self) -> str:
        """Why it is not running, or last was not; empty while it never died."""
        return self._thread.trouble

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._thread.end()
        for ending in (subprocess.Popen.terminate, subprocess.Popen.kill):
            if self._process is not None:
                ending(self._process)
            self._thread.join(FAREWELL)
            if not self._thread.alive:
                return

    def reload(self) -> None:
        """Have it read its certificate again."""
        if self._process is not None:
            self._process.send_signal(signal.SIGHUP)

    def _run(self) -> None:
        with subprocess.Popen(
            self._command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        ) as process:
            self._process = process
            if self._thread.ended:
                process.terminate()
            assert process.stderr is not None
            for line in process.stderr:
                self._last_words.append(line.partition(": ")[2].strip() or line.strip())
                log.debug("mosquitto: %s", line.rstrip())
        if not self._thread.ended:
            log.error("mosquitto ended with code %d: %s", process.returncode, "; ".join(self._last_words))
            raise OSError(f"code {process.returncode}: {'; '.join(self._last_words)}")


def end_orphan(folder: Path) -> None:
    """Ends a Mosquitto that a killed controller left behind in `folder`; it would keep the port."""
    try:
        pid = int((folder / "mosquitto.pid").read_text())
    except (OSError, ValueError):
        return
    if not _runs(pid, folder):
        return
    log.warning("ending a mosquitto that an earlier run left behind")
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(OSError):
            os.kill(pid, sign)
        for _ in range(int(FAREWELL / GLANCE)):
            if not _runs(pid, folder):
                return
            time.sleep(GLANCE)


def _runs(pid: int, folder: Path) -> bool:
    """True when `pid` is a Mosquitto of `folder`; the number may long belong to another program."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
    return b"mosquitto" in command and str(folder).encode() in command
