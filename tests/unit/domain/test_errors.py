from headwater.domain.errors import InvalidInputError


def test_an_error_reads_as_one_line_with_its_hint() -> None:
    assert str(InvalidInputError("name is empty", hint="give it a name")) == "name is empty (give it a name)"


def test_an_error_without_a_hint_is_its_message() -> None:
    assert str(InvalidInputError("name is empty")) == "name is empty"
