from __future__ import annotations

import json
from pathlib import Path

import pytest

import hatch_build


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in hatch_build.BUILD_FILES:
        (tmp_path / name).write_text(f"{name}\n")
    (tmp_path / "static" / "src" / "model").mkdir(parents=True)
    (tmp_path / "static" / "src" / "editor.ts").write_text("export {};\n")
    return tmp_path


def stamp(tree: Path) -> None:
    hatch_build.stamp_path(tree).parent.mkdir(parents=True, exist_ok=True)
    hatch_build.stamp_path(tree).write_text(hatch_build.sources_hash(tree))


def test_a_tree_never_built_is_not_built(tree: Path) -> None:
    assert not hatch_build.is_built(tree)


@pytest.mark.parametrize("changed", ["static/src/editor.ts", "package-lock.json", "build.mjs"])
def test_a_changed_source_asks_for_a_new_build(tree: Path, changed: str) -> None:
    stamp(tree)
    assert hatch_build.is_built(tree)
    (tree / changed).write_text("changed\n")
    assert not hatch_build.is_built(tree)


def test_a_new_and_a_renamed_source_ask_for_a_new_build(tree: Path) -> None:
    stamp(tree)
    source = tree / "static" / "src" / "model" / "graph.ts"
    source.write_text("")
    assert not hatch_build.is_built(tree)
    stamp(tree)
    source.rename(source.with_name("node.ts"))
    assert not hatch_build.is_built(tree)


def test_a_fuller_node_modules_is_left_alone(tree: Path) -> None:
    lock = {
        "": {"name": "backarrow"},
        "node_modules/immer": {"version": "1.0.0"},
        "node_modules/vitest": {"version": "2.0.0", "dev": True},
        "node_modules/other-platform": {"version": "3.0.0", "optional": True},
    }
    (tree / "package-lock.json").write_text(json.dumps({"packages": lock}))
    assert not hatch_build.has_node_modules(tree)

    (tree / "node_modules").mkdir()
    installed = tree / "node_modules" / ".package-lock.json"
    packages = {name: lock[name] for name in ("node_modules/immer", "node_modules/vitest")}
    installed.write_text(json.dumps({"packages": packages}))
    assert hatch_build.has_node_modules(tree)

    packages["node_modules/immer"] = {"version": "0.9.0"}
    installed.write_text(json.dumps({"packages": packages}))
    assert not hatch_build.has_node_modules(tree)


def test_a_failed_command_ends_in_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hatch_build, "with_node", lambda command: (["false"], {}))
    with pytest.raises(SystemExit, match=r"`npm ci` failed \(exit 1\)\. Is this machine online\?"):
        hatch_build.run(tmp_path, "npm ci", "Is this machine online?")


def test_the_makefile_installs_the_same_node() -> None:
    makefile = hatch_build.ROOT / "Makefile"
    assert f"'{hatch_build.NODE_REQUIREMENT}'" in makefile.read_text()
