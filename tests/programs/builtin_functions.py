"""The built-in functions that have no program of their own: calls, results and errors."""

print(abs(-3), all([]), any([0, 1]), ascii("é"), bin(5), bool([]), callable(print), chr(8364), divmod(17, 5), list(enumerate("ab", 5)), eval("1 + 1"), list(filter(str.isdigit, "a1b2")), format(255, "x"), getattr(5, "real"), hasattr(5, "imag"), hash("a") == hash("a"), hex(255), id(5) == id(5), isinstance(1, int), issubclass(bool, int), len("abc"), list(map(str.upper, "ab")), max(1, 2), min("ab"), next(iter([1])), oct(8), ord("€"), pow(2, 5), repr("x"), list(reversed([1, 2])), round(2.567, 1), sorted("ba"), sum([1, 2]), list(zip("ab", [1, 2])), vars(type("T", (), {"a": 1})()), type(1))
print(list(map(lambda a, b: a + b, [1, 2], [3, 4, 5])), list(zip([1, 2], "ab", (3, 4))), dict(zip("ab", range(2))), list(filter(None, [0, 1, "", "x"])), max([3, 1], key=lambda v: -v), min([], default="d"), sorted([3, 1, 2], reverse=True), sum([[1], [2]], []), next(iter([]), "default"), round(1234.5, -2), int("5"), iter([1]).__class__.__name__, sum((0.1, 0.2)), pow(2, -1), pow(5, 3, 7))
calls = [
    lambda: abs("x"), lambda: all(5), lambda: chr("a"), lambda: chr(-1), lambda: ord("ab"), lambda: ord(5), lambda: divmod(1, "a"), lambda: len(5), lambda: len(), lambda: max(), lambda: max([]), lambda: max(5), lambda: min(1, "a"), lambda: next([]), lambda: next(iter([])), lambda: iter(5), lambda: iter(5, 6), lambda: sum(["a"]), lambda: sum(5), lambda: round("x"), lambda: round(1.5, "a"), lambda: hex(1.5), lambda: bin("x"), lambda: int([]), lambda: float([]), lambda: sorted(5), lambda: reversed(5), lambda: enumerate(5), lambda: zip(5), lambda: map(5), lambda: list(map(5, [1])), lambda: filter(5), lambda: isinstance(1), lambda: isinstance(1, 1), lambda: issubclass(1, int), lambda: getattr(1), lambda: getattr(1, "zz"), lambda: setattr(1, "a", 2), lambda: delattr(1, "a"), lambda: hasattr(1, 2), lambda: eval("1 +"), lambda: eval(5), lambda: exec(5), lambda: compile("1", "f", "wrong"), lambda: type(), lambda: type(1, 2), lambda: vars(5), lambda: dir(1, 2), lambda: print(sep=5), lambda: print(1, nonsense=2), lambda: input(1, 2), lambda: open("/nonexistent/file"), lambda: open("x", "q"), lambda: __import__("no_such_module"), lambda: format(5, "q"), lambda: hash([]), lambda: id(), lambda: pow(1), lambda: pow("a", 2), lambda: object(5), lambda: super().x, lambda: range("a"), lambda: slice(), lambda: str(5, 6), lambda: bytes("é"), lambda: complex("x"), lambda: dict(5), lambda: set(5), lambda: list(5), lambda: tuple(5), lambda: enumerate([], "a"), lambda: zip([1], strict=5) and 1, lambda: list(zip([1], [], strict=True)), lambda: sorted([1, "a"]), lambda: any(5), lambda: ascii(), lambda: globals(1), lambda: memoryview(5), lambda: property(1, 2, 3, 4, 5), lambda: staticmethod(), lambda: breakpoint and chr(1.5), lambda: sum([], start=""), lambda: sum([b""], b""), lambda: int("5", 99), lambda: round(5, 1.5), lambda: next(5), lambda: aiter(5), lambda: anext(5),
]
for number, call in enumerate(calls):
    try:
        print(number, repr(call()))
    except (TypeError, ValueError, AttributeError, StopIteration, SyntaxError, OSError, ImportError, OverflowError, RuntimeError) as error:
        print(number, type(error).__name__, error)


def scope():
    a = 1
    return dir(), vars(), locals()


print(scope(), sorted(n for n in dir() if n.startswith("scope")), "print" in dir(__builtins__), globals()["__name__"], dir([])[-3:], [n for n in dir(type("X", (), {"b": 1, "a": 2})) if n[0] != "_"])
it = iter("abc")
print(next(it), list(zip(it, it)), list(it), list(zip(range(3), range(5))), list(map(max, [1, 5], [3, 2])), [type(x).__name__ for x in (map(str, []), zip(), filter(None, []), enumerate([]), reversed([]), iter({}), iter(set()), iter(""), iter(()), iter(b""), iter(range(0)), iter(lambda: 1, 1))])
print(*[1, 2], sep="-", end="!\n")
print("a", "b", sep="")
print(end="")
print()
print(None, True, 1.5, [1], "x\ty", sep="|", flush=True)
m = map(print, "xy")
print("lazy")
list(m)
e = enumerate("ab")
print(next(e), e.__next__(), next(e, None), list(reversed(range(3))), list(reversed({"a": 1, "b": 2})), list(reversed("ab")), sorted(map(abs, [-3, 2])))
