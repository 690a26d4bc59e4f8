"""Assignment expressions, conditional expressions, boolean operators, chained comparisons, precedence."""

if (n := len("hello")) > 3:
    print(n)
while (line := [3, 2, 1, 0].pop(n - 5)) and n < 8:
    n += 1
print(line, n, (a := 1, b := 2)[0] + b, [c := 5, c + 1], (lambda: (d := 3) + d)(), f"{(e := 4)}{e}", {(k := "key"): k}, print(z := 7), z)


def f(x):
    if (y := x) and (w := y + 1) > 2 or (w := 0):
        return y, w
    return w if (v := 9) > 10 else v


print(f(5), f(0), f(1))
calls = []


def t(v, tag):
    calls.append(tag)
    return v


print(t(0, 1) or t(5, 2) or t(6, 3), t(1, 4) and t(0, 5) and t(2, 6), t(0, 7) and t(1, 8) or t(3, 9), not t(0, 10), not not t("x", 11), t(1, 12) if t(0, 13) else t(2, 14), calls)
calls.clear()
print(t(1, 1) < t(2, 2) < t(0, 3) < t(9, 4), t(1, 5) == t(1, 6) == t(1, 7), t(1, 8) in t([1], 9) in [t([1], 10)], calls)
print(1 < 2 == True, (1 < 2) == True, not 1 == 2, -2**2, 2**-1, 2**3**2, -1 ** 0, ~1 + 2, 7 // 2 * 2, 1 << 2 + 1, 5 & 3 == 1, 1 | 2 ^ 3 & 4, "a" "b" * 2, not [] in [[]], 1 or 2 and 3, 0 == False != 1, None is None is not 1, 3 > 2 > 1 > 0, 1 < 3 > 2, 1 != 2 != 1, -5 // 2, +-+1, 1 if 0 else 2 if 0 else 3)
x = 5
print("small" if x < 3 else "medium" if x < 10 else "large", [] or {} or () or "last", 1 and [] and 2, x is not None and x > 3, x in (1, 5), x not in (1, 5), 0 < x < 10 and "in", not (x > 3 and x < 4))


class Truth:
    def __init__(self, v):
        self.v = v

    def __bool__(self):
        print("bool", self.v, end=" ")
        return self.v

    def __lt__(self, other):
        return Truth(self.v)

    def __repr__(self):
        return f"T{self.v}"


T, F = Truth(True), Truth(False)
print(T and F, F and T, T or F, F or T, not T, T < F < T, F < T < T, (T if F else F), [v for v in (T, F) if v])
while F:
    pass
else:
    print("while else")
if F or not T:
    pass
elif T and not F:
    print("elif")
assert T
try:
    assert F, "message"
except AssertionError as error:
    print(error)
try:
    assert (x := 0)
except AssertionError as error:
    print(repr(error), x)
for i in range(2500):
    r = (0 < i < 1000) + (i if i % 2 else -i) + (i and 1 or 2) + (not i) + (5 if 1000 <= i < 2000 else 6)
print(r)
