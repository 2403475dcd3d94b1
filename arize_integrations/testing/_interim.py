"""The generated tables; this module goes when its importers name them directly."""

from arize_integrations_api.contract import (
    MODELS as MODELS,
    OPERATIONS as OPERATIONS,
    UNIONS as UNIONS,
    AnyOf as AnyOf,
    Array as Array,
    Choice as Choice,
    Constant as Constant,
    Field as Field,
    Map as Map,
    Model as Model,
    Plain as Plain,
    Shape as Shape,
    Tagged as Tagged,
    Text as Text,
)
from arize_integrations_api.examples import EXAMPLES as EXAMPLES, ExampleAnswer as ExampleAnswer
