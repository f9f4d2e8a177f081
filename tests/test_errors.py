import pytest

from raumwerk.errors import (
    ConflictError,
    InputError,
    IntegrityError,
    MissingError,
    Problem,
    RaumwerkError,
    UnavailableError,
)


def test_problem_says_where_what_expected_and_what_to_do():
    problem = Problem(
        "'abc' is not a number",
        expected="a count of persons",
        advice="Correct the cell and import again.",
        file="krpend.xlsx",
        sheet="Auspendler Kreise",
        row=12,
        column="Insgesamt",
    )
    assert str(problem) == (
        "krpend.xlsx, sheet Auspendler Kreise, row 12, column Insgesamt: 'abc' is not a number; "
        "expected a count of persons. Correct the cell and import again."
    )


def test_problem_without_place_is_one_sentence():
    assert str(Problem("the file is empty")) == "the file is empty."


def test_input_error_lists_problems_and_counts_the_rest():
    error = InputError([Problem(f"row is wrong {i}") for i in range(13)])
    lines = str(error).splitlines()
    assert len(error.problems) == 13
    assert lines[0] == "row is wrong 0."
    assert lines[-1] == "… and 3 more problems."


@pytest.mark.parametrize(
    ("error", "builtin", "code"),
    [
        (InputError("x"), ValueError, 2),
        (MissingError("x"), LookupError, 2),
        (ConflictError("x"), RuntimeError, 3),
        (IntegrityError("x"), RuntimeError, 4),
        (UnavailableError("x"), OSError, 5),
    ],
)
def test_each_error_is_ours_and_a_builtin(error, builtin, code):
    assert isinstance(error, RaumwerkError)
    assert isinstance(error, builtin)
    assert error.exit_code == code
    assert str(error).rstrip(".") == "x"
