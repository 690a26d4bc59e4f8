"""Strings made in every way, for the collector's torture mode."""

text = ""
for i in range(40):
    text += chr(97 + i % 26) + ("é" if i % 7 == 0 else "") + ("🐍" if i % 13 == 0 else "")
print(text, text.upper(), text[::-1], text.split("h"), text.replace("é", "<e>"), len(text))
print([f"{i:>{w}}|{i!r}" for i in ("a", 1, None, [1]) if i for w in (3, 5) if not isinstance(i, list)], "%s-%r-%d" % ("x", "y", 5), "{}{a}".format(1, a="k"))
words = "the quick brown fox jumps over the lazy dog".split()
print(sorted(words, key=lambda w: w[::-1]), {w: w.title() for w in words}, " ".join(w.capitalize() for w in words), "-".join(reversed(words)))
print(["%x" % (i * i) for i in range(20)], [str(i / 7) for i in range(5)], [repr(chr(i)) for i in range(120, 135)], ["é" * i for i in range(4)], "a,b;c".translate({44: " and ", 59: None}))
print("x".join(str(i) for i in range(30)), "ab" * 10, ("ab" * 3).partition("ba"), "line\nbreak\r\n".splitlines(True), "tab\t".expandtabs(), b"bytes".decode(), "str".encode(), bytes(str(5), "ascii").hex(), "%(a)s" % {"a": "é"})
import re

print(re.findall(r"(\w)(\d+)", "a1 b22 c333"), re.sub(r"\d", lambda m: f"<{m[0]}>", "a1b2"), re.split(r"[,;]\s*", "a, b;c"), [m.span() for m in re.finditer("o", "foo boo")], re.match(r"(?P<k>\w+)=(?P<v>.*)", "key=value").groupdict())
import json

data = {"a": [1, 2.5, None, True, "é\n"], "b": {"c": []}}
print(json.dumps(data), json.loads(json.dumps(data)) == data, json.dumps(data, indent=1, sort_keys=True))
keys = {}
for i in range(50):
    keys["".join(["k", str(i % 7)])] = keys.get("k" + str(i % 7), "") + str(i)
print(keys)
