"""JSON for .NET configuration: `SMTP__USER_NAME` is `Smtp:UserName`, unless another transformer is asked for."""

from headwater.formats.base import Format
from headwater.formats.json import write
from headwater.formats.name_transformers import NameTransformer

format = Format(  # noqa: A001 - the name that is listed
    name="dotnet-json", content_type="application/json", write=write, transformer=NameTransformer.DOTNET
)
