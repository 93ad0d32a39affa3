"""What the README says to type works."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from app.client import Client

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
CURL = re.findall(r"curl http://127\.0\.0\.1:8000(\S+) .*? -d '(.*?)'\n", README, re.DOTALL)


def test_the_python_example() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "10.0\n"


@pytest.mark.parametrize(("path", "body"), CURL)
def test_the_curl_examples(path: str, body: str) -> None:
    with Client() as client:
        answer = client._http.post(path, json=json.loads(body))
    assert answer.status_code == 200


def test_there_are_four_of_them() -> None:
    assert len(CURL) == 4


def test_links_and_pictures_are_there() -> None:
    targets = re.findall(r"\]\((?!http)([^)]+)\)", README)
    assert targets
    assert [target for target in targets if not (ROOT / target).is_file()] == []
