"""Did you mean: names, attributes, imports, keywords, as the interpreter's traceback suggests them."""

import sys
import traceback


class Thing:
    colour = 1
    _private = 2

    def __init__(self):
        self.instance_value = 1

    def method(self):
        return instance_value

    def selfless(self):
        return colour


def local():
    counter = 1
    return conter


def builtin():
    return pritn


def glob():
    return Thng


def nothing():
    return zzzzzzzz


def stdlib():
    return math.pi


def forgotten():
    return collections


cases = [lambda: Thing().color, lambda: Thing().instance_vale, lambda: Thing().private, Thing().method, Thing().selfless, local, builtin, glob, nothing, stdlib, forgotten, lambda: [].appendd, lambda: "".joins, lambda: sys.versoin, lambda: Thing.colors, lambda: (1).reall, lambda: exec("from math import pie"), lambda: exec("import mathh"), lambda: exec("import os.pth"), lambda: {}.item, lambda: None.strip, lambda: sorted([1], reversed=True), lambda: print(1, ends=""), lambda: int("1", bas=2), lambda: (lambda abc: 1)(abd=1), lambda: print.foo, lambda: Thing().x.y, lambda: exec("True_"), lambda: exec("Nnoe"), lambda: exec("x = nul"), lambda: exec("this.x"), lambda: [1].lenght]
for case in cases:
    try:
        case()
    except Exception as error:
        print(traceback.format_exception_only(error)[-1], end="")
for text in ("whille x: pass", "fro x in y: pass", "improt os", "x = tru e", "deff f(): pass", "clas A: pass", "retrun 1", "if x then y", "print 'x'", "exec 'x'", "raise E, 'x'", "except X: pass", "elseif x: pass", "elif x: pass", "for x im y: pass", "import x form y", "a = = b", "x =+ ", "if a = b: pass", "f(a for b)", "while True print(1)", "def f() pass", "class A pass", "lambda x 1", "else if x:", "async for x in y: pass", "try:\n pass\nexcpt: pass"):
    try:
        compile(text, "<t>", "exec")
        print(text, "fine")
    except SyntaxError as error:
        print(repr(text), traceback.format_exception_only(error)[-1], end="")
