"""Every str method, on ASCII and beyond, with its errors."""

s = "Hello, World"
print(s.upper(), s.lower(), s.swapcase(), s.title(), s.capitalize(), s.casefold(), "ß".upper(), "ß".casefold(), "ǆ".title(), "ÀÉ".lower(), "İ".lower().encode(), "ﬁ".upper(), "ΑΣ".lower(), "they're bill's".title())
print(s.find("o"), s.find("o", 5), s.find("z"), s.rfind("o"), s.index("W"), s.rindex("l"), s.count("l"), s.count(""), s.count("l", 4), s.find("", 20), s.find("l", -3), s.startswith("He"), s.startswith(("x", "He")), s.startswith("W", 7), s.endswith("ld"), s.endswith("lo", 0, 5), "".startswith(""))
print("  x y ".strip(), "xxaxx".strip("x"), "abcba".lstrip("ab"), "abcba".rstrip("ab"), " \t\n\u2003x\u00a0".strip(), "prefix-body".removeprefix("prefix-"), "body.txt".removesuffix(".txt"), "x".removeprefix("long"))
print("a,b,,c".split(","), " a  b ".split(), "a b c".split(" ", 1), "a,b,c".rsplit(",", 1), "".split(), "".split(","), "a\nb\r\nc\x0bd\x1ce\u2028f".splitlines(), "a\nb\n".splitlines(True), "k=v=w".partition("="), "k=v=w".rpartition("="), "x".partition("="), "x".rpartition("="), " a b c ".rsplit(None, 1), "aXXbXX".split("XX"))
print("-".join(["a", "b"]), "".join(()), ",".join("abc"), "x".join({"k": 1}), "ab".replace("a", "xx"), "aaa".replace("a", "b", 2), "abc".replace("", "-"), "".replace("", "x"), "abab".replace("ab", ""))
print("x".center(5, "*"), "ab".center(5), "x".ljust(3) + "|", "x".rjust(3, "é"), "42".zfill(5), "-42".zfill(5), "+".zfill(3), "a\tb\tc".expandtabs(4), "\t".expandtabs(0) + "|", "abc".center(2))
for text in ("abc", "ABC", "Abc", "123", "abc1", "", " ", "²", "½", "Ⅷ", "١", "é", "_a", "a b", "\n", "中", "ABC1", "aB", "Title Case", "\u00ad", "\x7f", "1.5"):
    print(ascii(text), *(int(getattr(text, "is" + kind)()) for kind in ("alpha", "digit", "decimal", "numeric", "alnum", "upper", "lower", "title", "space", "identifier", "printable", "ascii")))
print("abc".translate({97: "x", 98: None, 99: 100}), str.maketrans("ab", "xy", "z"), "abz".translate(str.maketrans("ab", "xy", "z")), str.maketrans({"a": 1, 98: "q"}))
print("abc"[1], "abc"[-1], "abc"[5:], "abcdef"[::2], "abcdef"[::-1], "abc"[1:100], "é€🐍"[1:], len("é€🐍"), "abc" * 2, "b" in "abc", "" in "", "abc" < "abd", "a" + "b", min("hello"), sorted("hello"), list("é🐍"), "é" == "e\u0301")
print("héllo€🐍".encode(), "é".encode("latin-1"), "a".encode("utf-16"), "é".encode("ascii", "ignore"), "é€".encode("ascii", "xmlcharrefreplace"), "é".encode("ascii", "backslashreplace"), "é".encode("ascii", "replace"), "é".encode("ascii", "namereplace"), "\ud800".encode("utf-8", "surrogatepass"), "x".encode("utf-32-le"))
for call in (lambda: s.index("z"), lambda: s.rindex("z"), lambda: "a".join([1]), lambda: "a".join(5), lambda: "".split(""), lambda: "a".partition(""), lambda: "é".encode("ascii"), lambda: "\ud800".encode(), lambda: "a".encode("nonsense"), lambda: "a".center(5, "xy"), lambda: "a" + 1, lambda: 1 + "a", lambda: "a" * "b", lambda: "a" * 1.5, lambda: "a"["b"], lambda: "a"[5], lambda: "a".startswith(1), lambda: "a".find(1), lambda: "a".replace("a"), lambda: "a".strip(1), lambda: str.maketrans("a", "bc"), lambda: "a".translate(5), lambda: "a" in 5, lambda: 5 in "a", lambda: "a" < 1, lambda: "a".zfill("x"), lambda: "a".startswith(("a", 1)), lambda: "a".upper(1), lambda: "abc".translate({97: 1114112}), lambda: "a" % 1, lambda: ord("ab"), lambda: ord(""), lambda: chr(-1), lambda: chr(1114112), lambda: str(b"x", "ascii", "strict", 1), lambda: str(5, "ascii"), lambda: "x" * (2**63)):
    try:
        print(repr(call()))
    except (ValueError, TypeError, IndexError, LookupError, OverflowError, MemoryError) as error:
        print(type(error).__name__, error)
print(str(), str(5), str(b"x"), str(b"\xc3\xa9", "utf-8"), str(None), str([1, "a"]), str("x") is not None, repr("it's"), repr('say "hi"'), repr("both ' and \""), repr("\n\t\\\x00\x7f\xa0é\u2028\ud800🐍\U000e0001"), ascii("é€🐍\n"))
print("a".isidentifier(), "class".isidentifier(), "x1".isidentifier(), "1x".isidentifier(), "é".isidentifier(), hash("") == hash(""), "abc".__len__(), "abc".__contains__("b"), "abc".__getitem__(1), "a".__add__("b"), "a".__mul__(3), "a".__eq__(1), "%s".__mod__("x"), "a".__format__(">3"))
