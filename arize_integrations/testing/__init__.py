"""A real HTTP server on this machine that stands in for an account of the Arize API, for your tests and ours.

```python
from arize_integrations import IntegrationsClient
from arize_integrations.testing import Answer, StandInServer

with StandInServer() as server:
    server.answer_next(Answer.example(429, headers={"Retry-After": "0"}), to="get")
    with IntegrationsClient(server.api_key, base_url=server.base_url) as client:
        integration = client.get(server.integration_ids[0])
    assert len(server.requests) == 2
```

The client never imports this package.
"""

from arize_integrations.testing._adding import Model
from arize_integrations.testing._answer import Answer, Body, Drop
from arize_integrations.testing._http import RecordedRequest
from arize_integrations.testing._samples import example_integrations
from arize_integrations.testing._server import StandInServer

__all__ = ["Answer", "Body", "Drop", "Model", "RecordedRequest", "StandInServer", "example_integrations"]
