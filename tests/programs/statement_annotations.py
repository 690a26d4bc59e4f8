"""PEP 649: annotations are computed when asked for, from functions, classes and modules."""

import annotationlib
from annotationlib import Format, get_annotations

order = []


def note(value):
    order.append(value)
    return value


x: note(int) = 5
y: note(str)


def function(a: note("A"), b: Later = 1, *args: note(3), c: int = 2, **kwargs: "quoted") -> note("R"):
    local: undefined_name = 1
    unassigned: 1 / 0
    return local


print("made", order)
try:
    function.__annotations__
except NameError as error:
    print(error)
print(order)
order.clear()
Later = float
print(function.__annotations__, order, function(1))
print(function.__annotations__ is function.__annotations__)


class Node:
    next: Node
    value: int = 3
    note("body")
    other: Missing

    def method(self, other: Node) -> list[Node]: ...


print(get_annotations(Node, format=Format.FORWARDREF)["next"] is Node)
print(get_annotations(Node, format=Format.STRING), Node.method.__annotations__["return"])
try:
    Node.__annotations__
except NameError as error:
    print(error)
Missing = 1
print(Node.__annotations__["other"], list(Node.__annotations__), Node.value)


class Child(Node):
    extra: str


print(Child.__annotations__, "__annotations__" in Child.__dict__, type(Node.__annotate__).__name__)
print(__annotations__ if "__annotations__" in globals() else "none yet", __annotate__(1))


def plain():
    pass


print(plain.__annotations__, plain.__annotate__)
plain.__annotations__ = {"q": 1}
print(plain.__annotations__)
try:
    plain.__annotations__ = 5
except TypeError as error:
    print(error)
function.__annotate__ = lambda format: {"z": format}
print(function.__annotations__)


def outer(t):
    def inner(a: t, b: list[t]) -> t: ...

    return inner


print(outer(int).__annotations__, outer(5).__annotations__["a"])
try:
    outer.__annotate__(99)
except (NotImplementedError, TypeError) as error:
    print(type(error).__name__)
(z): int = 1
Node.attribute: note("evaluated") = 2
print("z" in __annotate__(1), order[-1:], Node.attribute)
if False:
    conditional: int = 1
print("conditional" in __annotate__(1))


class Conditional:
    for i in range(2):
        if i == 1:
            a: int = 1
        else:
            if i == 5:
                b: str


print(Conditional.__annotations__)
