"""Where the document and what is made of it stand in a tree."""

from pathlib import Path

from attrs import frozen


@frozen
class Paths:
    """The files and folders that belong to one vendored document."""

    root: Path

    @property
    def spec(self) -> Path:
        """Upstream's text, or the canonical text of our slice of it."""
        return self.root / "spec" / "spec.yaml"

    @property
    def overlay(self) -> Path:
        """Our corrections."""
        return self.root / "spec" / "overlay.yaml"

    @property
    def lock(self) -> Path:
        """Where the text came from."""
        return self.root / "spec" / "spec.lock"

    @property
    def report(self) -> Path:
        """What the last update meant for callers."""
        return self.root / "spec" / "CHANGES.md"

    @property
    def generated(self) -> Path:
        """The generated package."""
        return self.root / "generated" / "arize_integrations_api"


TREE = Paths(Path(__file__).resolve().parents[2])
"""The tree that this script is part of."""
