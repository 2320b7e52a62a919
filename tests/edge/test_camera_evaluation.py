"""The picture checks on the camera rig's made days: enough is found, and hardly anything for nothing."""

from __future__ import annotations

import importlib
import os
import pickle
import sys
from pathlib import Path
from typing import Any

import pytest

RIG = Path(__file__).parents[3] / "shared" / "rigs" / "cameras"
SEED = 12
CAMERAS = 3


@pytest.fixture(scope="module")
def evaluate(tmp_path_factory: pytest.TempPathFactory) -> Any:
    if not (RIG / "evaluate.py").exists():
        missing = pytest.fail if os.environ.get("LOA_TEST_REQUIRE") == "all" else pytest.skip
        missing("the camera rig is not beside this repository")
    sys.path[:0] = [str(RIG), str(Path(__file__).parent)]
    return importlib.import_module("evaluate")


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")  # the rig's
def test_the_rigs_days_are_judged_well_enough(evaluate: Any, tmp_path: Path) -> None:
    cameras = []
    for number in range(CAMERAS):
        days = evaluate.make_camera((number, SEED, str(tmp_path)))
        cameras.append(evaluate.run_camera((days, "camera_evaluation:detector")))
    result = evaluate.score(cameras)
    assert result["recall_any_no_clock"] >= 0.90
    assert result["recall_right_no_clock"] >= 0.86
    assert result["precision"] >= 0.95
    assert result["fa_per_clean_day"] <= 0.15


def test_the_adapter_says_the_rigs_own_names(evaluate: Any) -> None:
    adapter = importlib.import_module("camera_evaluation")
    understood = set.union(*evaluate.ACCEPT.values())
    assert understood <= set(adapter.NAMES.values())
    assert pickle.loads(pickle.dumps(adapter.detector("one").profile)).learnt == 0
