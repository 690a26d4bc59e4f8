"""re: matching, groups, substitution, flags, lookaround, errors; also in a hot loop."""

import re

print(re.match(r"(\w+) (\d+)", "abc 123 x").groups(), re.search("o", "foo").span(), re.fullmatch("a+", "aaa")[0], re.findall(r"\d+", "1 a22 333"), re.findall(r"(a)(b)?", "abaa"), re.split(r"(,)\s*", "a, b,c"), re.sub(r"(\w)(\w)", r"\2\1", "abcd"), re.subn("a", "b", "banana", count=2), re.sub("x*", "-", "abxd"), [m.group() for m in re.finditer(r"\b\w", "hello big world")], re.escape("a.b*c"), re.match("x", "y"))
m = re.match(r"(?P<year>\d{4})-(?P<month>\d\d)(?:-(?P<day>\d\d))?", "2024-05 rest")
print(m.group("year", "month", "day"), m.groupdict(), m.groups("none"), m.start("month"), m.end(), m.span(3), m.lastindex, m.lastgroup, m.string, m.pos, m.endpos, m.expand(r"\g<month>/\g<year>"), m["year"], m.re.pattern, m.re.groups, m.re.groupindex, repr(m))
for pattern, text in ((r"a.c", "a\nc"), (r"(?s)a.c", "a\nc"), (r"^b", "a\nb"), (r"(?m)^b$", "a\nb"), (r"(?i)ABC", "abc"), (r"(?x) a b # comment", "ab"), (r"a{2,3}?", "aaaa"), (r"a*+a", "aaa"), (r"(?>a+)b", "aab"), (r"(?=a)\w", "ab"), (r"(?!a)\w", "ab"), (r"(?<=a)b", "ab"), (r"(?<!a)b", "ab"), (r"(a)|b", "b"), (r"(a)(?(1)b|c)", "ab"), (r"(\w)\1", "abb"), (r"(?P<x>.)(?P=x)", "aa"), (r"[^a-c\d]", "a1x"), (r"[\]\-a]", "-"), (r"\Aab\z", "ab"), (r"\bfoo\B", "foobar"), (r"é", "café"), (r"\w+", "été_1"), (r"(?a)\w+", "été"), (r"[à-ü]", "é"), (r"\x41\u0042\N{LATIN SMALL LETTER C}", "ABc"), (r"(a|ab)(c|bcd)(d*)", "abcd"), (r"(?:a|b)*c", "ababc"), (r"", "x"), (r"a|", "b"), (r"(((((a)))))", "a"), (r"\s\S\d\D", " a1b"), (r"$", "a\n"), (r"(?i)ſ", "S"), (r"x{0}", "x"), (r"(a?)*", "aa"), (r"(?i:A)b", "ab"), (r"(?-i:a)", "a"), (r".{3}", "🐍é€")):
    found = re.search(pattern, text)
    print(pattern, repr(text), found and (found.span(), found.groups()))
for bad in ("(", ")", "[", "a**", "*a", "(?P<1>a)", "(?P<a>x)(?P<a>y)", "\\", "[b-a]", "(?<=a*)b", "\\1", "(?P=x)", "a{3,1}", "(?z)", "(?", "[[:x", "\\q", "(?(2)a)", "(?P<a", "a(?i)b"):
    try:
        re.compile(bad)
        print(bad, "fine")
    except re.PatternError as error:
        print(bad, "->", error, error.pos, error.lineno, error.colno)
p = re.compile(r"(\w)(\d)", re.I | re.M)
print(p, p.flags, p.match("a1b2", 2), p.search("xa1", 1, 2), p.findall("a1b2c3", 2), p == re.compile(r"(\w)(\d)", re.I | re.M), re.sub(p, lambda m: m[2] + m[1].upper(), "a1 b2"), re.compile(b"b+").findall(b"abbb"), re.sub(r"(?P<a>.)", r"<\g<a>\g<0>\1>", "xy"), re.sub("a", r"\n\\", "a"))
for call in (lambda: re.match("a", b"a"), lambda: re.match(5, "a"), lambda: m.group(9), lambda: m["nope"], lambda: re.sub("(a)", r"\2", "a"), lambda: re.sub("a", r"\q", "a"), lambda: re.compile(p, re.X), lambda: re.sub("a", 5, "a"), lambda: re.compile("a", "b"), lambda: re.sub("a", r"\g<x>", "a")):
    try:
        print(call())
    except (TypeError, IndexError, re.PatternError, ValueError) as error:
        print(type(error).__name__, error)
token = re.compile(r"\s*(?:(?P<number>\d+\.?\d*)|(?P<name>[a-z_]\w*)|(?P<op>[-+*/()=]))")
counts = {}
source = "x1 = 3.5 * (alpha - 42) / beta_2 " * 60
position = 0
while position < len(source.rstrip()):
    match = token.match(source, position)
    position = match.end()
    counts[match.lastgroup] = counts.get(match.lastgroup, 0) + 1
print(counts, len(re.findall(r"(?i)THE|quick", "the quick brown fox " * 300)), len(re.sub(r"(\w+) (\w+)", r"\2 \1", "ab cd " * 500)), re.match(r"(a+)+$", "a" * 20 + "a").end(), len(re.split(r"\W+", "a,b;c " * 400)))
