"""What all commands and their results have in common. Any thread; pure."""

from __future__ import annotations

from typing import Annotated, ClassVar

import msgspec

from studio.model.money import MAX_AMOUNT

#: Ids are made by clients: 1 to 64 plain characters (a UUID as hex, usually). "$" would let a line feed pass.
Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.:-]+\Z")]
#: Texts are cut hard here; the field's own limits give the friendlier error.
Text = Annotated[str, msgspec.Meta(max_length=20_000)]
Seq = Annotated[int, msgspec.Meta(ge=0, le=MAX_AMOUNT)]


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all results."""


class Done(Result, frozen=True, kw_only=True):
    """Carried out; there is nothing more to say."""


class Command(msgspec.Struct, frozen=True, kw_only=True, tag_field="do"):
    """Base of all commands."""

    mutates: ClassVar[bool] = True
    result: ClassVar[type[Result]] = Done
