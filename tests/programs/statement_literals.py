"""Literals: numbers, strings with every escape and prefix, containers, continuation lines."""

print(1, 1_0, 0x_ff, 0b1, 0o17, 1.5, 1e3, 1E-2, .5, 5., 1_0.0_1, 1e1_0, 3j, 1.5J, 0xdead_BEEF, 10**25, 0.1e-6, 00, 1if 1else 2)
print("\a\b\f\n\r\t\v\\\'\"\0\x41\101\u00e9\U0001F40D\N{SNOWMAN}".encode("unicode_escape"), r"\n\x", R'\'', "a\
b", '''tri"ple
'lines' ''', "" == '', "é", b"\x00\101\n", rb"\x", Rb'\'', "con" 'cat' """enated""", u"unicode", f"{'f'}" "mixed" rf"\{1}", "\
")
print([1, 2,], (1,), (), {1, 2}, {}, {"a": 1,}, [[]], {1: [2]}, (1, (2,)), [*[]], {**{}}, {*()}, ..., None, True, False, __name__, __debug__)
total = 1 + \
    2 + (
        3  # comment
        + 4
    )
if True: a = 1; b = 2; print(a, b, total)
é = ñame = 5
变量 = "unicode name"
ﬁ = "normalised"
print(é, ñame, 变量, fi, "ﬁ" in globals(), "fi" in globals())
print(type(1_000j).__name__, -0x10, +0b11, ~0o7, 1 .real, 1..real, 5 .__add__(3), "%s" % 1.0.is_integer())
lines = """first
    indented
\tb\\"""
print(repr(lines), lines.splitlines())
print("long " "string " f"with {1 + 1} " r"raw\n", ("paren"
    "thesised"), "quote's", 'double"s', "both'\"", '\'', "\"")
print([
    1,
    2,
], {
    "k":
        "v"
}, (lambda
    : 1)())
x = 5 ; y = 6
if x: pass
else: print("no")
for i in 1, 2, 3: print(i, end=";")
print()
while x > 3: x -= 1
def one(): return 1
class Empty: ...
class Doc: "doc"
print(one(), x, Doc.__doc__, [i for i in (1, 2)], 1,)
import warnings
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    for text in ("'\\d'", "b'\\q'", "'\\400'", "1is 2", "0in [1]", "() is ()", "5()", "'a'.b()", "[1]['a']", "assert (1, 'x')", "1 is 1", "try:\n pass\nfinally:\n  for i in x:\n   break", "def f():\n try: pass\n finally: return 1", "{}[1]('x')", "f'{x}'()", "'a'[1.5]"):
        try:
            compile(text, "<t>", "exec")
        except SyntaxError as error:
            print(text, "error", error.msg)
    for warning in caught:
        print(warning.category.__name__, warning.message, warning.lineno)
