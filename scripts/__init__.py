"""What maintainers run (`python -m scripts.<name>`): vendoring, generating, reporting. Not shipped."""
