"""From a corrected document to the generated package."""
