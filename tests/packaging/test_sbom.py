"""Of which release the list of `make sbom` is. The list itself needs the network, and is made by the release."""

from typing import Any

from scripts.release import sbom


def test_the_list_says_which_release_it_is_of() -> None:
    """People look up a weakness by this name, and find nothing under "arize-integrations" alone."""
    component = {"name": "arize-integrations", "type": "application", "bom-ref": "root-component"}
    bom: dict[str, Any] = {"metadata": {"component": component}, "components": []}
    sbom.identify(bom, "0.2.0")
    assert bom == {
        "metadata": {
            "component": {
                "name": "arize-integrations",
                "type": "library",
                "version": "0.2.0",
                "purl": "pkg:pypi/arize-integrations@0.2.0",
                "bom-ref": "root-component",
            }
        },
        "components": [],
    }
