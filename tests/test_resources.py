from __future__ import annotations

from pathlib import Path

import pytest

from app import resources


def test_a_source_tree_has_them_beside_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path / "app")
    assert resources.static_dir() == tmp_path / "static" / "dist"
    assert resources.templates_dir() == tmp_path / "templates"


def test_an_installed_package_carries_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path)
    (tmp_path / "_static").mkdir()
    (tmp_path / "_templates").mkdir()
    assert resources.static_dir() == tmp_path / "_static"
    assert resources.templates_dir() == tmp_path / "_templates"
