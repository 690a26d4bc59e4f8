"""Generates random modules to be compiled, from a seed: `modules.py SEED` prints one.

They are never run, so anything goes that the grammar allows; some of what it makes is refused by a later pass
(a `nonlocal` without a binding, a `yield` in a class), and then the error is what must be the same.
"""

import random
import sys

NAMES = ["a", "b", "c", "d", "e", "f", "g", "x", "y", "z", "self", "cls", "__private", "_p", "__dunder__", "é"]
ATTRIBUTES = ["attr", "real", "append", "__private", "x", "__class__"]
CONSTANTS = (
    "0 1 2 3 255 256 -1 1.5 0.0 -0.0 1e308 2j 1_000 0xFF 0b101 12345678901234567890 None True False ... '' 'a' 'abc' "
    "b'' b'xy' 'é' '\\n' \"it's\" __debug__ r'\\d' u'u' 2**70 'a'*3 (1,2) (1,(2,3)) () 'x%sy' '\\ud800'"
).split()
BINARY = "+ - * / // % ** @ << >> & | ^".split()
COMPARE = ["<", ">", "<=", ">=", "==", "!=", "is", "is not", "in", "not in"]


class Generator:
    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.lines = []
        self.indent = 0
        self.budget = self.rng.choice((5, 15, 40, 80))
        # What is around: functions (and whether they are asynchronous), loops.
        self.functions = []
        self.loops = 0
        # Where neither `:=` nor `yield` nor `await` may stand (they sometimes do all the same).
        self.plain = 0

    def chance(self, probability):
        return self.rng.random() < probability

    def pick(self, items):
        return items[int(self.rng.random() * len(items))]

    def some(self, make, least=0, most=3):
        return [make() for _ in range(self.rng.randint(least, most))]

    def name(self):
        return self.pick(NAMES)

    # Expressions.

    def expression(self, depth=3):
        kinds = self.LEAVES if depth <= 0 or self.chance(0.25) else self.EXPRESSIONS
        return self.pick(kinds)(self, depth - 1)

    def e_name(self, depth):
        return self.name()

    def e_constant(self, depth):
        return self.pick(CONSTANTS)

    def e_binary(self, depth):
        return f"({self.expression(depth)} {self.pick(BINARY)} {self.expression(depth)})"

    def e_folded(self, depth):
        return f"({self.pick(CONSTANTS)} {self.pick(BINARY)} {self.pick(CONSTANTS)})"

    def e_unary(self, depth):
        return f"({self.pick(['-', '+', '~', 'not '])}{self.expression(depth)})"

    def e_bool(self, depth):
        operator = self.pick([" and ", " or "])
        return f"({operator.join(self.some(lambda: self.expression(depth), 2, 4))})"

    def e_compare(self, depth):
        text = self.expression(depth)
        for _ in range(self.pick((1, 1, 1, 2, 3))):
            text += f" {self.pick(COMPARE)} {self.expression(depth)}"
        return f"({text})"

    def e_conditional(self, depth):
        return f"({self.expression(depth)} if {self.expression(depth)} else {self.expression(depth)})"

    def e_call(self, depth):
        callee = self.pick(
            (self.name(), f"{self.name()}.{self.pick(ATTRIBUTES)}", "super()", "super().x", f"({self.expression(depth)})")
        )
        return f"{callee}({self.arguments(depth)})"

    def e_builtin(self, depth):
        return f"{self.pick(['all', 'any', 'tuple', 'list', 'set', 'sum'])}({self.restricted(self.generator, depth)})"

    def arguments(self, depth):
        parts = self.some(lambda: self.pick(["", "", "", "*"]) + self.expression(depth))
        parts += [
            self.pick([f"{name}=", f"{name}=", "**"]) + self.expression(depth)
            for name in self.rng.sample(NAMES[:8], self.pick((0, 0, 0, 1, 2, 4)))
        ]
        return ", ".join(parts)

    def e_attribute(self, depth):
        return f"{self.primary(depth)}.{self.pick(ATTRIBUTES)}"

    def primary(self, depth):
        return self.name() if self.chance(0.6) else f"({self.expression(depth)})"

    def e_subscript(self, depth):
        return f"{self.primary(depth)}[{self.subscript(depth)}]"

    def subscript(self, depth):
        def piece():
            what = self.rng.random()
            if what < 0.5:
                return self.expression(depth)
            if what < 0.6:
                return "*" + self.expression(depth)
            parts = [self.expression(depth) if self.chance(0.6) else "" for _ in range(self.pick((2, 2, 3)))]
            return ":".join(parts)

        return ", ".join(self.some(piece, 1, self.pick((1, 1, 1, 3)))) or "0"

    def items(self, depth, least=0):
        starred = 0.1 if self.chance(0.3) else 0
        return self.some(
            lambda: ("*" if self.chance(starred) else "") + self.expression(depth), least, self.pick((1, 3, 5, 32))
        )

    def e_tuple(self, depth):
        return "(" + "".join(item + ", " for item in self.items(depth)) + ")"

    def e_list(self, depth):
        return f"[{', '.join(self.items(depth))}]"

    def e_set(self, depth):
        return "{" + ", ".join(self.items(depth, 1)) + "}"

    def e_dict(self, depth):
        def item():
            if self.chance(0.15):
                return "**" + self.expression(depth)
            return f"{self.expression(depth)}: {self.expression(depth)}"

        return "{" + ", ".join(self.some(item, 0, self.pick((2, 5, 20)))) + "}"

    def e_constants(self, depth):
        opening, closing = self.pick(["()", "[]", "{}"])
        items = ", ".join(self.some(lambda: self.pick(CONSTANTS), 1, self.pick((3, 6, 32))))
        return f"({self.name()} in {opening}{items},{closing})" if self.chance(0.5) else f"{opening}{items},{closing}"

    def clauses(self, depth):
        text = ""
        for _ in range(self.pick((1, 1, 1, 2, 3))):
            asynchronous = "async " if self.functions and self.functions[-1] and self.chance(0.15) else ""
            text += f" {asynchronous}for {self.target(1)} in {self.restricted(self.expression, depth)}"
            text += "".join(f" if {self.expression(depth)}" for _ in range(self.pick((0, 0, 1, 2))))
        return text

    def generator(self, depth):
        return self.expression(depth) + self.clauses(depth)

    def e_comprehension(self, depth):
        kind = self.rng.randrange(4)
        if kind == 3:
            make = lambda: "{" + f"{self.expression(depth)}: {self.expression(depth)}{self.clauses(depth)}" + "}"
            return self.restricted(make)
        opening, closing = ["[]", "{}", "()"][kind]
        return opening + self.restricted(self.generator, depth) + closing

    def e_lambda(self, depth):
        self.functions.append(False)
        text = f"(lambda {self.parameters(depth, False)}: {self.expression(depth)})"
        self.functions.pop()
        return text

    def restricted(self, make, *arguments):
        self.plain += not self.chance(0.01)
        text = make(*arguments)
        self.plain = max(self.plain - 1, 0)
        return text

    def e_walrus(self, depth):
        if self.plain:
            return self.e_name(depth)
        return f"({self.name()} := {self.expression(depth)})"

    def e_await(self, depth):
        if self.functions and self.functions[-1] and not self.plain:
            return f"(await {self.expression(depth)})"
        return self.e_name(depth)

    def e_yield(self, depth):
        if not self.functions or self.plain:
            return self.e_name(depth)
        if self.functions[-1]:
            return f"(yield {self.expression(depth)})"
        return self.pick((f"(yield {self.expression(depth)})", "(yield)", f"(yield from {self.expression(depth)})"))

    def e_fstring(self, depth):
        quote = self.pick(["'", '"', '"""'])
        parts = []
        for _ in range(self.rng.randint(1, 4)):
            if self.chance(0.4):
                parts.append(self.pick(["text", " ", "{{", "}}", "\\n", "é"]))
                continue
            value = self.expression(min(depth, 1)).replace("\n", " ")
            conversion = self.pick(["", "", "", "!r", "!s", "!a"])
            spec = self.pick(["", "", "", ":>10", ":{x}", ":.{x}f", ":{x!r:>{y}}"])
            parts.append("{ " + value + self.pick(["", "", "="]) + conversion + spec + "}")
        prefix = self.pick(["f", "f", "F", "rf", "t"])
        text = f"{prefix}{quote}{''.join(parts)}{quote}"
        return f"({text} {self.pick(['', 'f{x}'.replace('{x}', '') + chr(39) * 2, chr(39) + 'tail' + chr(39)])})" if prefix != "t" else text

    def e_percent(self, depth):
        form = self.pick(["'%s'", "'%s and %r'", "'%5s|%-3a'", "'%%%s'", "'%d'"])
        return f"({form} % ({', '.join(self.some(lambda: self.expression(depth), 1, 2))},))"

    LEAVES = [e_name, e_name, e_name, e_constant]
    EXPRESSIONS = [
        e_name, e_constant, e_binary, e_folded, e_unary, e_bool, e_bool, e_compare, e_compare, e_conditional, e_call, e_call,
        e_builtin, e_attribute, e_subscript, e_tuple, e_list, e_set, e_dict, e_constants, e_comprehension, e_comprehension,
        e_lambda, e_walrus, e_await, e_yield, e_fstring, e_percent,
    ]

    # Targets and parameters.

    def target(self, depth=2):
        what = self.rng.random()
        if what < 0.55 or depth <= 0:
            return self.name()
        if what < 0.65:
            return f"{self.primary(0)}.{self.pick(ATTRIBUTES)}"
        if what < 0.75:
            return f"{self.primary(0)}[{self.subscript(0)}]"
        parts = self.some(lambda: self.target(depth - 1), 1, 4)
        if self.chance(0.25):
            place = self.rng.randrange(len(parts))
            parts[place] = "*" + parts[place]
        opening, closing = self.pick(["()", "[]"])
        return opening + "".join(part + ", " for part in parts) + closing

    def parameters(self, depth, annotated=True):
        names = self.rng.sample(NAMES, self.pick((0, 1, 1, 2, 3, 5)))
        parts, defaults, starred = [], False, False
        for index, name in enumerate(names):
            note = f": {self.restricted(self.expression, depth)}" if annotated and self.chance(0.2) else ""
            if not starred and self.chance(0.1):
                if index == len(names) - 1 and not self.chance(0.5):
                    parts.append(f"**{name}{note}")
                    break
                starred = True
                parts.append(f"*{name}{note}" if self.chance(0.5) or index == len(names) - 1 else f"*, {name}{note}")
                continue
            if self.chance(0.3) or defaults and not starred:
                defaults = True
                parts.append(f"{name}{note}={self.expression(depth)}")
            else:
                parts.append(name + note)
            if not starred and "/" not in parts and self.chance(0.06):
                parts.append("/")
        return ", ".join(parts)

    def type_parameters(self):
        if not self.chance(0.12):
            return ""

        def parameter():
            name, what = self.pick(["T", "U", "V", "__W"]), self.rng.random()
            if what < 0.5:
                return name
            if what < 0.7:
                return f"{name}: {self.restricted(self.expression, 1)}"
            if what < 0.85:
                return f"{self.pick(['*', '**'])}{name}"
            return f"{name} = {self.restricted(self.expression, 1)}"

        parameters = self.some(parameter, 1, 2)
        return f"[{', '.join(parameters if self.chance(0.02) else parameters[:1])}]"

    # Statements.

    def line(self, text):
        self.lines.append("    " * self.indent + text)
        self.budget -= 1

    def block(self, least=1):
        self.indent += 1
        before = len(self.lines)
        for _ in range(self.rng.randint(least, self.pick((1, 2, 3, 5)))):
            self.statement()
        if len(self.lines) == before:
            self.line("pass")
        self.indent -= 1

    def statement(self):
        if self.budget <= 0 or self.indent > 9:
            return self.line(self.pick(["pass", self.name(), f"{self.name()} = {self.expression(1)}"]))
        self.pick(self.STATEMENTS)(self)

    def s_expression(self):
        self.line(self.expression())

    def s_assign(self):
        targets = self.some(self.target, 1, self.pick((1, 1, 3)))
        self.line(" = ".join([*targets, self.expression()]))

    def s_augmented(self):
        target = self.pick((self.name(), f"{self.name()}.{self.pick(ATTRIBUTES)}", f"{self.name()}[{self.subscript(1)}]"))
        self.line(f"{target} {self.pick(BINARY)}= {self.expression()}")

    def s_annotated(self):
        target = self.pick((self.name(), self.name(), f"({self.name()})", f"{self.name()}.x", f"{self.name()}[0]"))
        self.line(f"{target}: {self.restricted(self.expression, 2)}" + (f" = {self.expression()}" if self.chance(0.6) else ""))

    def s_delete(self):
        self.line("del " + ", ".join(self.some(lambda: self.target(1).replace("*", ""), 1, 2)))

    def s_if(self):
        self.line(f"if {self.test()}:")
        self.block()
        while self.chance(0.25):
            self.line(f"elif {self.test()}:")
            self.block()
        if self.chance(0.4):
            self.line("else:")
            self.block()

    def test(self):
        return self.pick(CONSTANTS) if self.chance(0.08) else self.expression()

    def loop_body(self):
        self.loops += 1
        self.block()
        self.loops -= 1
        if self.chance(0.25):
            self.line("else:")
            self.block()

    def s_while(self):
        self.line(f"while {self.pick(('True', '1', self.test(), self.test()))}:")
        self.loop_body()

    def is_async(self, probability=0.4):
        return bool(self.functions) and self.functions[-1] and self.chance(probability)

    def s_for(self):
        self.line(f"{'async ' if self.is_async() else ''}for {self.target()} in {self.expression()}:")
        self.loop_body()

    def s_with(self):
        item = lambda: self.expression(2) + (f" as {self.target(1)}" if self.chance(0.5) else "")
        items = ", ".join(self.some(item, 1, self.pick((1, 1, 3))))
        self.line(f"{'async ' if self.is_async() else ''}with {items}:" if self.chance(0.6) else f"with ({items},):")
        self.block()

    def s_try(self):
        self.line("try:")
        self.block()
        star = "*" if self.chance(0.15) else ""
        handlers = self.pick((0, 1, 1, 2))
        loops, self.loops = self.loops, 0 if star and not self.chance(0.05) else self.loops
        for number in range(handlers):
            bare = not star and number == handlers - 1 and self.chance(0.3)
            name = f" as {self.name()}" if self.chance(0.5) else ""
            self.line("except:" if bare else f"except{star} {self.expression(1)}{name}:")
            self.block()
        self.loops = loops
        if handlers and self.chance(0.3):
            self.line("else:")
            self.block()
        if not handlers or self.chance(0.35):
            self.line("finally:")
            self.block()

    def s_exit(self):
        ways = ["raise", f"raise {self.expression(2)}", f"raise {self.expression(1)} from {self.expression(1)}"]
        if self.loops:
            ways += ["break", "continue"] * 3
        if self.functions:
            # Whether an asynchronous function is a generator isn't known yet.
            values = [f"return {self.expression()}", f"return {self.pick(CONSTANTS)}"]
            ways += ["return"] * 4 if self.functions[-1] and not self.chance(0.02) else ["return", *values] * 2
        self.line(self.pick(ways))

    def s_function(self):
        asynchronous = self.chance(0.2)
        loops, self.loops = self.loops, 0
        for _ in range(self.pick((0, 0, 0, 1, 2))):
            self.line(f"@{self.expression(1)}")
        result = f" -> {self.restricted(self.expression, 1)}" if self.chance(0.15) else ""
        head = f"def {self.name()}{self.type_parameters()}({self.parameters(1)}){result}:"
        self.line(("async " if asynchronous else "") + head)
        self.functions.append(asynchronous)
        self.docstring()
        self.declarations()
        self.block()
        self.functions.pop()
        self.loops = loops

    def docstring(self):
        if self.chance(0.15):
            self.indent += 1
            self.line(self.pick(['"Doc."', '"""Two\n        lines."""', "'a' 'b'", "f'not'", "b'not'"]))
            self.indent -= 1

    def declarations(self):
        self.indent += 1
        if self.chance(0.1):
            self.line(f"global {', '.join(self.some(self.name, 1, 2))}")
        if len(self.functions) > 1 and self.chance(0.2):
            self.line(f"nonlocal {self.name()}")
        self.indent -= 1

    def s_class(self):
        loops, self.loops = self.loops, 0
        functions, self.functions = self.functions, self.functions if self.chance(0.02) else []
        for _ in range(self.pick((0, 0, 0, 1))):
            self.line(f"@{self.expression(1)}")
        bases = f"({self.restricted(self.arguments, 1)})" if self.chance(0.5) else ""
        self.line(f"class {self.pick(('C', '__D', self.name()))}{self.type_parameters()}{bases}:")
        self.docstring()
        self.block()
        self.functions, self.loops = functions, loops

    def s_import(self):
        self.line(
            self.pick(
                [
                    "import a", "import a.b", "import a.b.c as d", "import a as b, c", "from a import b",
                    "from a import b as c, d", "from . import a", "from ..a.b import (c, d,)", "from .a import b",
                ]
            )
        )

    def s_assert(self):
        self.line(f"assert {self.test()}" + (f", {self.expression(1)}" if self.chance(0.4) else ""))

    def s_type(self):
        self.line(f"type {self.name()}{self.type_parameters()} = {self.restricted(self.expression, 2)}")

    def s_match(self):
        self.line(f"match {self.expression(2)}:")
        self.indent += 1
        cases = self.rng.randint(1, 4)
        for number in range(cases):
            captures = set()
            pattern = self.pattern(2, captures)
            irrefutable = pattern.isidentifier() and pattern not in ("None", "True", "False")
            guard = f" if {self.expression(2)}" if self.chance(0.25) or irrefutable and number < cases - 1 else ""
            self.line(f"case {pattern}{guard}:")
            self.block()
        self.indent -= 1

    def capture(self, captures):
        free = [name for name in NAMES if name not in captures]
        name = self.pick(free or ["_"])
        captures.add(name)
        return name

    def pattern(self, depth, captures):
        what = self.rng.randrange(12 if depth > 0 else 5)
        inner = lambda: self.pattern(depth - 1, captures)
        if what == 0:
            return "_"
        if what == 1:
            return self.capture(captures)
        if what == 2:
            return self.pick(["1", "-1", "'s'", "None", "True", "1 + 2j", "-1.5 - 1j", "b'x'"])
        if what in (3, 4):
            return self.pick(["a.b", "a.b.c", "2", "'k'"])
        if what in (5, 6):
            parts = self.some(inner, 0, 4)
            if self.chance(0.4):
                star = self.pick(["*_", None]) or "*" + self.capture(captures)
                parts.insert(self.rng.randint(0, len(parts)), star)
            return "[" + ", ".join(parts) + "]" if self.chance(0.5) else "(" + "".join(part + ", " for part in parts) + ")"
        if what in (7, 8):
            keys = self.rng.sample(["'a'", "1", "x.y", "None", "-2"], self.rng.randint(0, 3))
            parts = [f"{key}: {inner()}" for key in keys]
            if self.chance(0.3):
                parts.append("**" + self.capture(captures))
            return "{" + ", ".join(parts) + "}"
        if what == 9:
            names = self.rng.sample(["k", "l", "m"], self.rng.randint(0, 2))
            parts = self.some(inner, 0, 2) + [f"{name}={inner()}" for name in names]
            return f"{self.pick(['Point', 'int', 'a.B'])}({', '.join(parts)})"
        if what == 10:
            # All alternatives bind nothing.
            plain = ["1", "'a'", "None", "a.b", "[1, _]", "{'k': 2}", "int()", "(3 | 4)"]
            return "(" + " | ".join(self.rng.sample(plain, self.rng.randint(2, 4))) + ")"
        return f"({inner()} as {self.capture(captures)})"

    STATEMENTS = [
        s_expression, s_expression, s_assign, s_assign, s_assign, s_augmented, s_annotated, s_delete, s_if, s_if, s_if, s_while,
        s_while, s_for, s_for, s_with, s_with, s_try, s_try, s_try, s_exit, s_exit, s_exit, s_function, s_function, s_class,
        s_import, s_assert, s_type, s_match,
    ]

    def module(self):
        if self.chance(0.1):
            self.line('"""Module."""')
        if self.chance(0.08):
            self.line("from __future__ import annotations")
        while self.budget > 0:
            self.statement()
        return "\n".join(self.lines) + "\n"


def generate(seed):
    return Generator(seed).module()


if __name__ == "__main__":
    sys.stdout.write(generate(int(sys.argv[1])))
