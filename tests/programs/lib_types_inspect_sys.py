"""inspect, sys, types, abc, warnings, pprint, graphlib, shlex, textual tools without the outside world."""

import graphlib
import inspect
import pprint
import sys
import warnings


def function(a, b: int = 2, /, *args: str, c, d=4, **kwargs) -> float:
    """Doc line.

    More.
    """


print(inspect.signature(function), inspect.signature(lambda x, *, y=1: 0), list(inspect.signature(function).parameters), inspect.signature(function).parameters["b"].kind.name, inspect.getdoc(function), inspect.isfunction(function), inspect.isclass(int), inspect.ismodule(sys), inspect.isgeneratorfunction(function), inspect.signature(function).bind(1, 2, 3, c=4).arguments, inspect.getfullargspec(function).args, inspect.signature(type("C", (), {"__init__": lambda self, q: None})), inspect.unwrap(function) is function, inspect.signature(len), inspect.signature(str.join), inspect.signature(print))
try:
    inspect.signature(function).bind(1)
except TypeError as error:
    print(error)
print(sys.version_info[:2], sys.byteorder, sys.maxsize, sys.maxunicode, sys.float_info.max, sys.float_info.dig, sys.int_info.default_max_str_digits, sys.hash_info.modulus, sys.implementation.cache_tag[-3:] == "314", isinstance(sys.path, list), "sys" in sys.modules, sys.getrecursionlimit(), sys.intern("abc") is sys.intern("abc"), sys.argv, sys.flags.optimize, sys.getdefaultencoding(), sys.getfilesystemencoding(), sys.stdout.encoding, sys.displayhook.__name__, sys.platform, sys.copyright is not None, sys.get_int_max_str_digits(), isinstance(sys.getsizeof([]), int), callable(sys.exc_info), sys.is_finalizing(), sys.orig_argv[-1:])
sys.displayhook([1])
sys.displayhook(None)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    warnings.warn("careful", UserWarning)
    warnings.warn(DeprecationWarning("old"))
    print([(w.category.__name__, str(w.message)) for w in caught])
with warnings.catch_warnings():
    warnings.simplefilter("error")
    try:
        warnings.warn("raised")
    except UserWarning as error:
        print(repr(error))
    warnings.simplefilter("ignore")
    warnings.warn("ignored")
warnings.warn("shown on stderr", RuntimeWarning)
nested = {"key" * 5: list(range(20)), "other": {"a": ("tuple", "of", "strings" * 5), "b": {1, 2}}, "s": "long text " * 12}
pprint.pprint(nested)
print(pprint.pformat(nested, width=40, depth=2), pprint.pformat([1, [2]], indent=3), pprint.isreadable(nested), pprint.saferepr({"b": 1, "a": 2}))
print(list(graphlib.TopologicalSorter({"d": {"b", "c"}, "b": {"a"}, "c": {"a"}}).static_order())[0::3])
try:
    list(graphlib.TopologicalSorter({1: {2}, 2: {1}}).static_order())
except graphlib.CycleError as error:
    print(error)
import shlex
import fnmatch
import colorsys
import difflib
import keyword
import numbers
import calendar
import csv
import io
import configparser
import argparse

print(shlex.split("a 'b c' \"d e\" f\\ g"), shlex.quote("it's"), fnmatch.fnmatch("a.py", "*.py"), colorsys.rgb_to_hsv(1, 0.5, 0), difflib.get_close_matches("appel", ["ape", "apple"]), list(difflib.unified_diff(["a\n", "b\n"], ["a\n", "c\n"]))[-2:], keyword.iskeyword("def"), keyword.softkwlist, isinstance(5, numbers.Integral), calendar.monthrange(2024, 2), list(csv.reader(io.StringIO('a,"b,c",d\n1,2,3'))))
w = io.StringIO()
csv.writer(w).writerows([["a", 'q"q', "x,y"], [1, None, 2.5]])
print(repr(w.getvalue()), list(csv.DictReader(io.StringIO("k,v\n1,2"))))
c = configparser.ConfigParser()
c.read_string("[s]\na = 1\nb = %(a)s2\n")
print(c["s"]["b"], c.getint("s", "a"), c.sections())
p = argparse.ArgumentParser(prog="prog")
p.add_argument("x", type=int)
p.add_argument("--y", nargs="*", default=[])
p.add_argument("-v", action="count", default=0)
print(p.parse_args(["5", "--y", "a", "b", "-vv"]), p.format_usage())
try:
    p.parse_args(["nope"])
except SystemExit as error:
    print(error.code)
