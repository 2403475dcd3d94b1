"""From a corrected document to one without composition, which the generator library reads as it is meant."""

from scripts.generator.preparing.prepare import Prepared, prepare

__all__ = ["Prepared", "prepare"]
