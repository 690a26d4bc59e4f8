"""Objects as functions, iterators, and functions with attributes; __call__ through classes and instances."""


class Multiplier:
    def __init__(self, factor):
        self.factor = factor

    def __call__(self, x, *args, **kwargs):
        return x * self.factor, args, kwargs


m = Multiplier(3)
print(m(5), m(1, 2, a=3), callable(m), callable(5), callable(Multiplier), callable(len), callable(lambda: 0), list(map(m, [1, 2])))
m.__call__ = lambda *a: "instance"
print(m(5)[0], m.__call__(5))


class NotCallable:
    pass


for bad in (NotCallable(), 5, "x", None, [], {}, (), 1.5, ...):
    try:
        bad()
    except TypeError as error:
        print(error)


def function(a, b=1, *args, c, d=2, **kwargs):
    """The doc."""
    return a


function.attribute = 5
print(function.__name__, function.__qualname__, function.__doc__, function.__defaults__, function.__kwdefaults__, function.__dict__, function.__module__, function.__closure__)
code = function.__code__
print(code.co_argcount, code.co_kwonlyargcount, code.co_posonlyargcount, code.co_varnames, code.co_flags & 0x0F, code.co_name, code.co_nlocals)


class Methods:
    def plain(self, x=1):
        return self, x

    @classmethod
    def of_class(cls):
        return cls

    @staticmethod
    def static(x):
        return x

    def __init__(self):
        self.own = lambda: "own"


o = Methods()
print(o.plain.__name__, o.plain.__func__ is Methods.plain, o.plain.__self__ is o, o.plain() == (o, 1), Methods.plain(o, 5)[1], o.of_class() is Methods, Methods.static(4), o.own())
print(o.plain == o.plain, o.plain is o.plain, hash(o.plain) == hash(o.plain), o.plain == Methods().plain, o.plain.__defaults__, o.plain.__qualname__)
try:
    Methods.plain()
except TypeError as error:
    print(error)
try:
    o.plain(1, 2, 3)
except TypeError as error:
    print(error)
try:
    o.static()
except TypeError as error:
    print(error)


class Iterator:
    def __init__(self, data):
        self.data, self.at = data, 0

    def __iter__(self):
        return Iterator(self.data)

    def __next__(self):
        if self.at == len(self.data):
            raise StopIteration
        self.at += 1
        return self.data[self.at - 1]


it = Iterator("abc")
print(list(it), next(it), list(it), [a + b for a in it for b in it][:4])
print(dict(zip(Iterator("ab"), Iterator([1, 2]))), sum(Iterator([1, 2])), "".join(Iterator("xy")), sorted(Iterator("ba")), tuple(Iterator("q")), set(Iterator("zz")), min(Iterator([3, 1])))
a, *b = Iterator("hello")
print(a, b, [*Iterator("ab")], {**dict.fromkeys(Iterator("k"))})
lam = lambda x, *y, z=1, **w: (x, y, z, w)
print(lam(1, 2, z=3, q=4), lam.__name__, (lambda: (yield))().__class__.__name__)
method = "abc".upper
print(method(), method.__self__, method.__name__, str.upper("x"), [].append.__qualname__, len.__name__, type(method).__name__, type(str.upper).__name__, int.__add__(1, 2))
bound = object().__str__
print(type(bound).__name__, type(object.__str__).__name__, type(type.__dict__["__call__"]).__name__)
for call in (lambda: str.upper(5), lambda: str.upper(), lambda: int.__add__("x", 1), lambda: [].append(1, 2), lambda: dict.fromkeys(), lambda: "x".upper(1), lambda: list.append([]), lambda: int.__add__(1)):
    try:
        print(call())
    except TypeError as error:
        print(error)
