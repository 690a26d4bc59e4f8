"""A program whose error is in its syntax: nothing of it runs."""

print("never printed")


def f(:
    pass
