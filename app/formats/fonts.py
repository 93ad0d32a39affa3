"""The fonts that pictures are set in. They come with packages, since a server may have none of its own."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Final

# Inter is what the layout measures; Noto Sans has the few signs and the scripts that Inter lacks.
_PACKAGES: Final = {"fontpkg_inter": "Inter[opsz,wght].ttf", "fontpkg_noto_sans": "NotoSans[wdth,wght].ttf"}


def font_files() -> list[str]:
    """The paths of the font files, the one that texts are measured in first. Empty where a package is missing."""
    files = [_font_file(package, name) for package, name in _PACKAGES.items()]
    return [str(file) for file in files if file is not None] if all(files) else []


def _font_file(package: str, name: str) -> Path | None:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "files" / name
