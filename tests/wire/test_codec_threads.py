"""Many loudspeakers in one process meet their first message at the same moment."""

from __future__ import annotations

import subprocess
import sys

TOGETHER = """
import sys, threading
sys.setswitchinterval(1e-6)
from pathlib import Path
from devices.protocol.codec import decode
from devices.protocol.messages import AreaPlan
plan = Path(sys.argv[1]).read_bytes()
start = threading.Barrier(16)
def first():
    start.wait()
    decode(plan, AreaPlan)
threads = [threading.Thread(target=first) for _ in range(16)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""
TRIES = 4


def test_sixteen_threads_that_read_the_very_first_plan_at_once_all_live() -> None:
    plan = f"{__file__.rsplit('/', 1)[0]}/golden/plan/written.json"
    for _ in range(TRIES):
        assert subprocess.run([sys.executable, "-c", TOGETHER, plan]).returncode == 0
