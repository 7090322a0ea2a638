"""Go's text/template with Sprig's and External Secrets Operator's functions, exact to the byte.

The surprise: strings are bytes here, as in Go, and every number keeps its Go type. Nothing in this package reads the
environ, a file or the network, and no attribute of a Python object can be reached from a template.
"""

from headwater.gotemplate.ambient import Ambient
from headwater.gotemplate.errors import Stage, TemplateError
from headwater.gotemplate.execute.fields import MissingKey
from headwater.gotemplate.limits import Limits
from headwater.gotemplate.template import DELIMITERS, Data, Template, dot_of

__all__ = ["DELIMITERS", "Ambient", "Data", "Limits", "MissingKey", "Stage", "Template", "TemplateError", "dot_of"]
