"""Writes cases for the tests of stdlib/src/sre: code words of patterns, subjects and the matches CPython finds.

    python3.14 tools/sre_cases.py > stdlib/src/sre/testdata/cases.txt
    python3.14 tools/sre_cases.py random 5 2000 > /tmp/cases.txt      (seed, number of patterns)
"""

import random
import re
import re._compiler
import re._parser
import sys
import warnings

warnings.simplefilter("ignore")

PATTERNS = r"""
abc
a*b
a+?b
(a|b)*c
(a+|b)*c
(?:(a)|b)*
(a)|b
(a)(b)?(c)?
((a)(b)?)*
(?:(x)|(y)|(z))+
\bfoo\b
\Bo+
^abc$
(?m)^\w+$
(?s)a.b
a.b
[a-c]+
[^a-c]+
[\w.]+@[\w.]+\.\w+
(\w+)\s+\1
(?i)(\w+)\s+\1
(?i)straße
(?i)ſtop
(?i)[a-zé]+
(?i)ΑΣΣ
(?ia)K+
(?a)\w+
\d+(?:\.\d*)?
(?=a)\w+
(?!a)\w+
(?<=ab)c
(?<!ab)c
(?<=(a))b
(?=(a+))a*b\1
(?=(a+)b)
(a)?(?(1)b|c)
(<)?\w+(?(1)>)
(?>a+)ab
(?>a+)b
(?>(a+)|b)+c
a++b
a++ab
(?:ab)++c
(?:ab)*+abc
(?:a|ab)*+c
(?:(a)|b)*+c
(?:(a)x|a)++
(a*)*
(a*)+
(a*)*?b
(?:a*?)*?b
(?:a?)*?y
(?:a?b?)*c
(a|ab)(c|bcd)(d*)
(?:a{2,3}){2}
(a{2,3}?){1,2}
a{0,2}?b
x*?
x*
(?:)
(?:|a)+
(|a)+
(?:a|)*b
"[^"]*"
"(?:[^"\\]|\\.)*"
/\*.*?\*/
(?s)/\*.*?\*/
<([a-z]+)>.*?</\1>
.*x
.*?x
.*foo
(.*)(\d+)
(.*?)(\d+)
(\w+)=(\w*);
(?:foo|bar|baz)qux
foo|bar|foobar
(?:f|fo|foo)$
\A\s*\Z
\s+$
[^\n]*x
(?P<year>\d{4})-(?P<month>\d\d)
(a)(?=(b))(?:b(c))?
(?:(a)|(b))(?:(c)|(d))
((?:a|b)*?)b+$
^(?:(\d+)x)?\s+y$
[\u4e00-\u9fff]+
[^\x00-\x7f]+
[\U0001f600-\U0001f64f]
(?i)[\U00010400-\U0001044f]+
é+
日本|日
\w+\W
\W+\w
\s\S
[^\W\d_]+
[\s\S]+?b
(?:\s*\w+,)+
(\w+),(\w+)
(?m)$
(?m)^
\Z
\b
\B
(?i:a)b
(?-i:a)b
(?i)(?-i:a)b
(a(?i:b)c)
[ab]{3}(?<=b)
(?<=\d{3})x
(?:.(?=(.)))+
(?:(?=(\w))\w)+-
(?!.*b)a+
(?:a(?!b))*
((a)|(b)|c)*d
(?:(?P<q>['"]).*?(?P=q))+
^(?:a?){3}a{3}$
(a?)((ab)?)
(a?)((ab)?)(b?)
([ab]*?)(?=(b)?)c
(?:c|(b))*?a
(?:ab|a)(?:bc)?$
(?<!\w)(?:cat|dog)s?(?!\w)
([^,]*),([^,]*),([^,]*)
(?:x+x+)+y
(?(?=a)b)
(?P<a>a)(?P<b>b)?(?(b)c|d)
[]a]+
[^]a]+
[a\-z]+
\x61\u0062
\.\*
(?x) a b  # comment
""".strip("\n").split("\n")

SUBJECTS = [
    "", "a", "b", "ab", "aab", "abc", "aaab", "abab", "ababc", "abcabc", "aaaa", "c", "bbc", "xyz", "foo bar", "foobar",
    "fooqux barqux", "a\nb", "abc\n", "abc\nabd", "the the cat", "The thE dogs", "me@site.example.org", "12.50 and 3",
    "2024-05", "<a>", "a>", "<b>x</b><i>y</i>", '"a\\"b" "c"', "/* a */ b /* c\nd */", "key=value;k=;", "one,two,three",
    "STRASSE straße", "\u017ftop STOP", "K\u212aK k", "ΑΣΣ ας", "日本語 日", "😀x😁", "\U00010400\U00010428", "éÉè",
    "a_1-b c", " \t\n", "xxxxxxxx", "aaa-", "cat dogs cats", "ac", "bc", "abd", "]a-z", "\xe9a\u20acb", "'x' \"y\"",
]

PIECES = (
    "a b c x . \\w \\d \\s \\W [ab] [^a] [a-c] [^b-d] (a) (b|c) (?:ab|a) (a*) (?:a|b|) \\b ^ $ (?=a) (?!b) (?<=a) (?<!b) "
    "(?>a+) (?>a|ab) \\1 (?(1)a|b) (?(1)c) \\n é \u20ac (?:(a)|b) (?:(b)c|b) ((a)|b) (?=(a)) (?<=(b)) [é-\u20ac] foo \\B \\Z"
).split(" ")
QUANTIFIERS = ["*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{0,2}?", "{2,}", "*+", "++", "?+", "{1,2}+"]


def escaped(text):
    return "".join(c if c.isprintable() and c != "\\" else "\\{%x}" % ord(c) for c in text)


def shown(match):
    if match is None:
        return "none"
    groups = [match.span(g) for g in range(1, match.re.groups + 1)]
    spans = ["%d,%d" % match.span()] + ["-" if s < 0 else f"{s},{e}" for s, e in groups]
    return " ".join(spans + [str(match.lastindex or 0)])


def case(source, subjects):
    try:
        compiled = re.compile(source)
        parsed = re._parser.parse(source)
        code = re._compiler._code(parsed, 0)
    except (re.error, OverflowError):
        return
    print("P", compiled.groups, " ".join("%d" % word for word in code), escaped(source), sep="\t")
    for subject in subjects:
        text = escaped(subject)
        print("s", 0, text, shown(compiled.search(subject)), sep="\t")
        for method, name in (("match", "m"), ("fullmatch", "f")):
            found = getattr(compiled, method)(subject)
            if found is not None:
                print(name, 0, text, shown(found), sep="\t")
        if subject:
            print("s", 1, text, shown(compiled.search(subject, 1)), sep="\t")
        # After an empty match a scanner must advance.
        scanner = compiled.scanner(subject)
        first = scanner.search()
        if first is not None and first.end() == first.start():
            print("a", first.end(), text, shown(scanner.search()), sep="\t")


def random_pattern():
    def sequence(depth):
        out = ""
        for _ in range(random.randrange(1, 4)):
            if depth and random.random() < 0.3:
                inner = sequence(depth - 1)
                if random.random() < 0.3:
                    inner += "|" + sequence(depth - 1)
                piece = random.choice(["(%s)", "(?:%s)", "(?:%s)", "(?>%s)", "(?=%s)", "(?!%s)", "(?i:%s)"]) % inner
            else:
                piece = random.choice(PIECES)
            if random.random() < 0.4:
                piece += random.choice(QUANTIFIERS)
            out += piece
        return out

    return sequence(2)


def main():
    if sys.argv[1:2] == ["random"]:
        random.seed(int(sys.argv[2]))
        for _ in range(int(sys.argv[3])):
            letters = random.choice(["ab", "abc", "abcx\n", "abé\u20ac", "aAbB "])
            subjects = ["".join(random.choices(letters, k=random.randrange(9))) for _ in range(6)]
            case(random_pattern(), subjects)
        return
    random.seed(1)
    for source in PATTERNS:
        case(source, random.sample(SUBJECTS, 9))


main()
