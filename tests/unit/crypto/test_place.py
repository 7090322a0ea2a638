from headwater.crypto.place import Column, Place


def test_the_encoding_is_length_prefixed_in_the_written_order() -> None:
    place = Place(column=Column.VALUE, workplace="w", project="pp", name="é", version=10)
    assert place.associated_data() == b"".join(
        (
            b"\0\0\0\x05value",
            b"\0\0\0\x01w",
            b"\0\0\0\x02pp",
            b"\0\0\0\0",
            b"\0\0\0\0",
            b"\0\0\0\0",
            b"\0\0\0\x02\xc3\xa9",
            b"\0\0\0\x0210",
        )
    )
