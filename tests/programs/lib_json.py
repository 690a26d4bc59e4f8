"""json: encoding and decoding of everything, options, hooks, errors with positions."""

import json

data = {"a": [1, 2.5, -0.0, 1e100, 10**30, True, False, None], "é": "\u20ac\n\t\"\\/\x00\x7f🐍", "n": {"x": {}, "y": []}, "t": (1, 2)}
text = json.dumps(data)
print(text, json.loads(text) == {**data, "t": [1, 2]})
print(json.dumps(data, ensure_ascii=False), json.dumps(data, indent=2), json.dumps(data, sort_keys=True, separators=(",", ":")), json.dumps([], indent=4), json.dumps({"b": 1, "a": [1, {"c": []}]}, indent="\t", sort_keys=True), sep="\n")
print(json.dumps({1: 1, 2.5: 2, True: 3, None: 4, "s": 5}), json.dumps("a"), json.dumps(1.0), json.dumps([float("inf"), float("-inf"), float("nan")]), json.dumps({(1, 2): 3, "k": 1}, skipkeys=True), json.dumps([1, [2]], indent=None), json.dumps("\ud800"), json.dumps({"a": object}, default=lambda o: o.__name__))
for value in (object, {1, 2}, b"x", {(1,): 2}, 1j, [float("nan")]):
    try:
        print(json.dumps(value, allow_nan=False))
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error, getattr(error, "__notes__", ""))
loop = []
loop.append(loop)
for bad in (loop, {"a": loop}):
    try:
        json.dumps(bad)
    except ValueError as error:
        print(error)
print(json.loads("[1, 2.0, -3e5, true, false, null, \"\\u00e9\\ud83d\\udc0d\\n\", {}]"), json.loads(" 5 "), json.loads(b'"x"'), json.loads("NaN"), json.loads("-Infinity"), json.loads("1E2"), json.loads("123456789012345678901234567890"), json.loads('{"a": 1, "a": 2}'), json.loads('"\\/"'), json.loads("-0"), json.loads("-0.0"))
for text in ("", "[", "[1,", "[1,]", "{", '{"a"', '{"a":', '{"a":1,', "{1:2}", "tru", "01", "1.", ".5", "+1", '"abc', '"\\x"', '"\\u12"', "[1 2]", '{"a" 1}', '"\n"', "nul", "1 2", "'a'", "[1,,2]", '{"a":1,}', "\ufeff1", "--1", "1e", '"\\ud800"', "[" * 3):
    try:
        print(repr(text), ascii(json.loads(text)))
    except json.JSONDecodeError as error:
        print(repr(text), error.msg, error.pos, error.lineno, error.colno)
print(json.loads('{"a": 1.5, "b": [2]}', parse_float=str, parse_int=lambda s: int(s) * 10, object_hook=lambda d: sorted(d.items())), json.loads('{"a": 1, "b": 2}', object_pairs_hook=list), json.loads("[NaN]", parse_constant=str), json.JSONDecoder().raw_decode('{"a": 1} tail'))


class Encoder(json.JSONEncoder):
    def default(self, o):
        return sorted(o) if isinstance(o, set) else super().default(o)


print(json.dumps({"s": {3, 1}}, cls=Encoder), list(json.JSONEncoder().iterencode([1, {"a": 2}])))
import io

out = io.StringIO()
json.dump({"x": [1]}, out)
print(out.getvalue(), json.load(io.StringIO("[1]")))
records = [{"id": i, "name": f"name {i}", "tags": ["a", "b" * (i % 3)], "score": i / 7, "ok": i % 2 == 0} for i in range(200)]
text = json.dumps(records)
print(len(text), json.loads(text) == records, hash(text) == hash(json.dumps(json.loads(text))), text[:80])


class MyInt(int):
    def __repr__(self):
        return "custom"


print(json.dumps([MyInt(5), type("S", (str,), {})("sub"), type("F", (float,), {})(1.5), type("L", (list,), {})([1])]))
