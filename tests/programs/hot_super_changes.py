"""super() in hot methods: several receivers, classes and bases that change, cells that hold another class; packed arguments."""


class A:
    def go(self, x=1):
        return ("A", x)

    @property
    def prop(self):
        return "prop"

    @classmethod
    def make(cls, x):
        return cls.__name__, x


class B(A):
    def go(self, x=1):
        return super().go(x + 1)

    @property
    def prop(self):
        return super().prop + "!"

    @classmethod
    def make(cls, x):
        return super().make(x * 2)


class C(B):
    def go(self, x=1):
        return super().go(x=x * 2)


class Other(A):
    def go(self, x=1):
        return ("Other", super().go(x))


class D(B, Other):
    pass


def loop(n):
    seen = {}
    b, c, d = B(), C(), D()
    for i in range(n):
        for o in (b, c, d):
            key = type(o).__name__, o.go(i % 2), o.prop, o.make(3)
            seen[key] = seen.get(key, 0) + 1
    return sorted(seen.items())


for line in loop(1500):
    print(line)


def only_b(n):
    b = B()
    return {b.go(i % 3) for i in range(n)}


print(sorted(only_b(3000)))


def changing(n):
    b = B()
    seen = []
    old = A.go
    for i in range(n):
        if i == n // 3:
            A.go = lambda self, x=1: ("changed", x)
        if i == n // 2:
            A.go = old
        if i == 3 * n // 4:
            B.__bases__ = (Other,)
        got = b.go(0)
        if not seen or seen[-1] != got:
            seen.append(got)
    B.__bases__ = (A,)
    return seen


print(changing(4000))


def made(base):
    class Made(base):
        def go(self, x=1):
            return super().go(x + 10)

    return Made()


def closures(n):
    makers = [made(A), made(B), made(C), made(Other)]
    seen = set()
    for maker in makers:
        for i in range(n):
            seen.add(maker.go(i % 2))
    return sorted(seen, key=repr)


print(closures(1500))


def wrong(n):
    caught = {}
    for i in range(n):
        try:
            if i % 2:
                B.go(A(), 1)
            else:
                B.go(5, 1)
        except TypeError as error:
            caught[str(error)] = caught.get(str(error), 0) + 1
    return caught


print(wrong(2000))


def packed(a, b=2, *rest):
    return a, b, rest


def counts(*all):
    return len(all)


def packing(n):
    seen = set()
    total = 0
    for i in range(n):
        seen.add(packed(i % 2))
        seen.add(packed(1, i % 2))
        seen.add(packed(1, 2, i % 3, 4))
        total += counts() + counts(i) + counts(i, i, i)
    return sorted(seen, key=repr), total


print(packing(2000))


def too_few(n):
    messages = set()
    for i in range(n):
        try:
            packed()
        except TypeError as error:
            messages.add(str(error))
    return messages


print(too_few(1500))


def passes_on(*args):
    return packed(*args)


def forwarding(n):
    total = 0
    for i in range(n):
        total += len(passes_on(1, 2, 3, i)[2]) + passes_on(i)[1]
    return total


print(forwarding(2000))
