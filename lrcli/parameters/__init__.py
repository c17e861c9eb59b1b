"""A declaration's fields as data, from which flags, help, YAML, JSON Schema and tests are derived."""

from lrcli.parameters.declared import NOT_A_PARAMETER as NOT_A_PARAMETER
from lrcli.parameters.declared import Declared as Declared
from lrcli.parameters.declared import parameters as parameters
from lrcli.parameters.parameter import LENGTH as LENGTH
from lrcli.parameters.parameter import Parameter as Parameter
from lrcli.parameters.parameter import flag as flag
from lrcli.parameters.parameter import plain as plain
from lrcli.parameters.parameter import text_of as text_of
