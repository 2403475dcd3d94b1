"""`python -m arize_integrations` is `arize-integrations`."""

import sys

from arize_integrations._cli import main

sys.exit(main())
