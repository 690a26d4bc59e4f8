"""Generates random Python programs that always end, from a seed.

    generate.py SEED          prints the program

A program defines classes and functions and calls them in hot loops with arguments whose types change on the way:
integers of every width, floats, strings, lists, dictionaries, objects, None. Whatever is raised is caught where the
function is called and printed with its line numbers, so the frames that a deoptimisation rebuilds are compared too.

Programs end because functions only call functions defined before them, loops have constant bounds, and the product
of the loops around a call and the callee's own cost is limited. Values stay small because results of operations
that grow go through `keep`.
"""

import random
import sys

PRELUDE = '''"""Seed {seed}."""
import sys


def keep(x):
    if type(x) is int:
        return x if -(2**80) < x < 2**80 else x % 1000003
    if type(x) is str:
        return x if len(x) < 60 else x[-20:]
    if type(x) is list:
        return x if len(x) < 40 else x[-10:]
    if type(x) is tuple:
        return x if len(x) < 20 else x[-5:]
    return x


def where(error):
    lines = []
    trace = error.__traceback__
    while trace is not None:
        lines.append((trace.tb_frame.f_code.co_name, trace.tb_lineno))
        trace = trace.tb_next
    return lines
'''

CONSTANTS = ["0", "1", "2", "3", "7", "-1", "-2", "10", "255", "2**31", "-(2**31)", "2**61 - 1", "2**62 - 1", "-(2**62)", "2**62", "2**63", "0.5", "-1.5", "2.0", "0.0", "1e300", "True", "False"]
ODD_CONSTANTS = ["None", "'ab'", "''", "'é'", "[1, 2]", "(1, 2)", "float('inf')", "float('nan')", "{'a': 1}", "()"]
ARITHMETIC = ["+", "-", "*", "+", "-", "//", "%", "/", "&", "|", "^"]
COMPARE = ["<", "<=", ">", ">=", "==", "!="]
ATTRIBUTES = ["a", "b", "c"]
MOST_COST = 30000


class Function:
    """A function of the generated program: its name, the number of its parameters, and what a call costs."""

    def __init__(self, name, parameters, cost, defaults=0, method=False):
        self.name, self.parameters, self.cost, self.defaults, self.method = name, parameters, cost, defaults, method


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.seed = seed
        self.lines = [PRELUDE.format(seed=seed)]
        self.functions = []
        self.classes = []
        self.globals = ["g0", "g1"]
        self.names = 0

    def pick(self, items):
        return self.random.choice(items)

    def chance(self, probability):
        return self.random.random() < probability

    def fresh(self, prefix):
        self.names += 1
        return f"{prefix}{self.names}"

    # Expressions

    def constant(self):
        return self.pick(CONSTANTS) if self.chance(0.95) else self.pick(ODD_CONSTANTS)

    def atom(self):
        roll = self.random.random()
        if roll < 0.6 and self.variables:
            return self.pick(self.variables)
        if roll < 0.68:
            return self.pick(self.globals)
        if roll < 0.75 and self.objects:
            return f"{self.pick(self.objects)}.{self.pick(ATTRIBUTES)}"
        return self.constant()

    def expression(self, depth=2):
        if depth == 0 or self.chance(0.25):
            return self.atom()
        roll = self.random.random()
        sub = lambda: self.expression(depth - 1)
        if roll < 0.42:
            return f"({sub()} {self.pick(ARITHMETIC)} {sub()})"
        if roll < 0.47:
            return f"({sub()} {self.pick(['<<', '>>'])} {self.pick(['1', '3', '31', '62', '(i0 & 7)' if 'i0' in self.variables else '5'])})"
        if roll < 0.53:
            return f"({sub()} {self.pick(COMPARE)} {sub()})"
        if roll < 0.57:
            return f"({sub()} if {self.condition()} else {sub()})"
        if roll < 0.61:
            return f"({sub()} {self.pick(['and', 'or'])} {sub()})"
        if roll < 0.66:
            return self.pick(["-{}", "abs({})", "not {}", "~{}"]).format(self.atom()).join("()")
        if roll < 0.70:
            return f"{self.pick(['min', 'max'])}({sub()}, {sub()})"
        if roll < 0.78 and self.lists:
            name = self.pick(self.lists)
            return self.pick([f"{name}[{self.index()}]", f"len({name})", f"{name}[{self.index()}:]", f"({self.atom()} in {name})"])
        if roll < 0.83 and self.dicts:
            name = self.pick(self.dicts)
            return self.pick([f"{name}.get({self.atom()}, {self.constant()})", f"{name}[{self.pick(['0', '1', self.atom()])}]", f"len({name})"])
        if roll < 0.93:
            called = self.call()
            if called:
                return called
        if roll < 0.95:
            return f"isinstance({sub()}, {self.pick(['int', 'float', '(int, str)', 'bool', 'list'])})"
        if roll < 0.97:
            return f"[{sub()} for {self.comprehension_name()} in range({self.random.randint(1, 4)})][-1]"
        return self.pick(["str({})", "int({})", "float({})", "bool({})", "({},)", "[{}]", "f'{{{}}}'", "repr({})"]).format(self.atom())

    def comprehension_name(self):
        return self.pick(["q", "r"])

    def index(self):
        return self.pick(["0", "-1", "1", "2", self.atom(), *([name for name in self.variables if name[0] == "i"] or ["0"])])

    def condition(self):
        if self.chance(0.2) and self.variables:
            return f"{self.pick(self.variables)} {self.pick(['is None', 'is not None', 'in (1, 2, 3)'])}"
        if self.chance(0.15):
            return f"{self.atom()} {self.pick(COMPARE)} {self.atom()} {self.pick(COMPARE)} {self.atom()}"
        return f"{self.atom()} {self.pick(COMPARE)} {self.atom()}"

    def call(self):
        affordable = [f for f in self.functions if f.cost * self.multiplier + self.cost < MOST_COST]
        if not affordable:
            return None
        function = self.pick(affordable)
        self.cost += function.cost * self.multiplier
        count = function.parameters - (self.random.randint(0, function.defaults) if function.defaults else 0)
        if self.chance(0.03):
            count += 1
        arguments = [self.expression(1) if self.chance(0.3) else self.atom() for _ in range(count)]
        if arguments and self.chance(0.1) and count <= function.parameters:
            arguments[-1] = f"p{count - 1}={arguments[-1]}"
        if function.method:
            if not self.objects:
                return None
            return f"{self.pick(self.objects)}.{function.name}({', '.join(arguments)})"
        return f"{function.name}({', '.join(arguments)})"

    # Statements

    def emit(self, text):
        self.lines.append("    " * self.indent + text)

    def target(self):
        if self.chance(0.3) or not self.assignable:
            name = self.fresh("v")
            self.assignable.append(name)
            # A variable is only known where its assignment has surely run, most of the time.
            if self.depth == 0 or self.chance(0.1):
                self.variables.append(name)
            return name
        return self.pick(self.assignable)

    def block(self, count):
        self.indent += 1
        self.depth += 1
        known = len(self.variables)
        for _ in range(count):
            self.statement()
        del self.variables[known:]
        self.depth -= 1
        self.indent -= 1

    def statement(self):
        self.cost += self.multiplier
        roll = self.random.random()
        deep = self.depth >= 3
        if roll < 0.28 or deep and roll < 0.5:
            value = self.expression()
            self.emit(f"{self.target()} = keep({value})")
        elif roll < 0.40:
            ready = [name for name in self.variables if name[0] in "vp"]
            if ready:
                name = self.pick(ready)
                self.emit(f"{name} {self.pick(['+', '-', '*', '|', '^', '+', '-'])}= {self.expression(1)}")
                self.emit(f"{name} = keep({name})")
            else:
                self.emit(f"{self.target()} = {self.constant()}")
        elif roll < 0.48 and not deep:
            self.emit(f"if {self.condition()}:")
            self.block(self.random.randint(1, 3))
            if self.chance(0.5):
                self.emit("else:")
                self.block(self.random.randint(1, 2))
        elif roll < 0.60 and not deep and self.loops < 3:
            self.loop()
        elif roll < 0.68 and not deep:
            self.emit("try:")
            self.block(self.random.randint(1, 3))
            self.emit(self.pick(["except (TypeError, ValueError):", "except ZeroDivisionError:", "except Exception as error:", "except (KeyError, IndexError, TypeError):"]))
            self.block(1)
            if self.chance(0.3):
                self.emit("finally:")
                self.block(1)
        elif roll < 0.74 and self.objects:
            self.emit(f"{self.pick(self.objects)}.{self.pick(ATTRIBUTES)} {self.pick(['=', '=', '+='])} {self.atom()}")
        elif roll < 0.80 and self.lists:
            name = self.pick(self.lists)
            self.emit(self.pick([f"{name}.append({self.atom()})", f"{name}[{self.index()}] = {self.atom()}", f"{name}.append(keep({self.expression(1)}))", f"if {name}: {name}.pop()", f"{name}[{self.index()}] += {self.atom()}"]))
            self.emit(f"if len({name}) > 40: del {name}[10:]")
        elif roll < 0.86 and self.dicts:
            name = self.pick(self.dicts)
            self.emit(self.pick([f"{name}[{self.atom()}] = {self.atom()}", f"{name}[{self.index()}] = {name}.get({self.index()}, 0) + 1", f"{name}.pop({self.atom()}, None)"]))
        elif roll < 0.89 and len(self.variables) > 1:
            a, b = self.pick(self.variables), self.pick(self.variables)
            if a[0] in "vp" and b[0] in "vp":
                self.emit(f"{a}, {b} = {b}, {a}")
            else:
                self.emit("pass")
        elif roll < 0.92:
            self.emit(f"if {self.condition()}: {self.pick(['return ' + self.atom(), 'raise ValueError(' + self.atom() + ')'])}")
        elif roll < 0.94 and self.loops and self.in_loop:
            self.emit(f"if {self.condition()}: {self.pick(['break', 'continue'])}")
        elif roll < 0.96:
            self.emit(f"set_global({self.random.randint(0, 1)}, {self.atom()})")
        else:
            self.emit(f"{self.target()} = {self.expression(3)}")

    def loop(self):
        count = self.random.choice([2, 5, 10, 40, 150])
        if self.cost + self.multiplier * count * 6 > MOST_COST:
            count = 2
        outer_loop, self.in_loop = self.in_loop, True
        self.loops += 1
        self.multiplier *= count
        name = f"i{self.loops - 1}"
        kind = self.random.random()
        if kind < 0.55:
            step = self.pick(["", "", ", 1", ", 3", ", -1"])
            self.emit(f"for {name} in range({'0, ' if step else ''}{count}{step}):" if "-" not in step else f"for {name} in range({count}, 0, -1):")
            counter = name
        elif kind < 0.75 and self.lists:
            self.emit(f"for {name} in {self.pick(self.lists)}[:{count}]:")
            counter = name
        else:
            counter = self.fresh("w")
            self.emit(f"{counter} = 0")
            self.emit(f"while {counter} < {count}:")
            self.emit(f"    {counter} += 1")
        known = len(self.variables)
        self.variables.append(counter)
        self.block(self.random.randint(2, 4))
        del self.variables[known:]
        self.multiplier //= count
        self.loops -= 1
        self.in_loop = outer_loop
        if self.chance(0.1):
            self.emit("else:")
            self.block(1)

    def body(self, parameters, statements):
        self.variables = [f"p{k}" for k in range(parameters)]
        self.assignable = list(self.variables)
        self.objects, self.lists, self.dicts = [], [], []
        self.cost, self.multiplier, self.depth, self.loops, self.in_loop = 1, 1, 0, 0, False
        self.indent += 1
        if self.chance(0.6):
            self.emit(f"l0 = [{', '.join(self.atom() for _ in range(self.random.randint(0, 5)))}]")
            self.lists.append("l0")
        if self.chance(0.4):
            self.emit(f"d0 = {{0: {self.atom()}, 'k': {self.atom()}}}")
            self.dicts.append("d0")
        if self.classes and self.chance(0.7):
            self.emit(f"o0 = {self.pick(self.classes)}({self.atom()}, {self.atom()})")
            self.objects.append("o0")
            if self.chance(0.4):
                self.emit(f"o1 = {self.pick(self.classes)}({self.atom()}, {self.atom()})")
                self.objects.append("o1")
        for _ in range(statements):
            self.statement()
        values = self.variables if self.variables and self.chance(0.8) else self.variables + self.lists + self.dicts
        count = min(len(values), 1 if self.chance(0.75) else 3)
        self.emit(f"return {', '.join(self.random.sample(values, count)) or self.constant()}")
        self.indent -= 1
        return self.cost

    def function(self, name=None, method=False):
        name = name or self.fresh("f")
        parameters = self.random.randint(1, 3)
        defaults = self.random.randint(0, 1)
        text = [f"p{k}" + (f"={self.constant()}" if k >= parameters - defaults else "") for k in range(parameters)]
        self.emit(f"def {name}({', '.join((['self'] if method else []) + text)}):")
        here = len(self.lines)
        cost = self.body(parameters, self.random.randint(2, 6))
        if method:
            self.lines.insert(here, "    " * (self.indent + 1) + "s = self")
        self.emit("")
        self.functions.append(Function(name, parameters, cost, defaults, method))

    def closure(self):
        """A function with a closure that counts."""
        name = self.fresh("make")
        self.emit(f"def {name}():")
        self.emit("    count = 0")
        self.emit("    def step(p0):")
        self.emit("        nonlocal count")
        self.emit(f"        count {self.pick(['+', '-', '*'])}= {self.pick(['1', 'p0', '2**61', '0.5'])}")
        self.emit("        count = keep(count)")
        self.emit("        return count")
        self.emit("    return step")
        self.emit("")
        step = self.fresh("f")
        self.emit(f"{step} = {name}()")
        self.emit("")
        self.functions.append(Function(step, 1, 3))

    def generator(self):
        name = self.fresh("gen")
        self.emit(f"def {name}(p0):")
        self.emit(f"    for i in range({self.random.randint(2, 6)}):")
        self.emit(f"        yield p0 {self.pick(ARITHMETIC)} {self.pick(['i', '1', '0.5'])}")
        self.emit("")
        total = self.fresh("f")
        self.emit(f"def {total}(p0, p1=0):")
        self.emit(f"    for x in {name}(p0):")
        self.emit("        p1 = keep(p1 + x)")
        self.emit("    return p1")
        self.emit("")
        self.functions.append(Function(total, 2, 25, 1))

    def text(self):
        """A function that builds, slices and searches strings."""
        name = self.fresh("f")
        self.emit(f"def {name}(p0, p1='-'):")
        start = self.pick(["str(p0)", "repr(p0)", "str(p0)[::-1]"])
        end = self.pick(["p1", "str(p1)", "'ab'", "'é'", "'\U0001f600'", "''"])
        letters = self.pick(["'1359'", "('a', '-')", "text[1:]"])
        result = self.pick(["found", "text", "found, text[-9:]", "f'{found:>6}|{text[:5]!r}'"])
        self.emit(f"    text = {start} + {end}")
        self.emit("    found = 0")
        self.emit(f"    for letter in text[:{self.random.randint(3, 12)}]:")
        self.emit(f"        if letter {self.pick(['in', 'not in'])} {letters}:")
        self.emit(f"            found += {self.pick(['1', 'ord(letter)', 'len(text)'])}")
        self.emit(f"        text {self.pick(['+= letter', '= letter + text', '= text.upper()', '= text[1:] + letter'])}")
        self.emit(f"    return {result}")
        self.emit("")
        self.functions.append(Function(name, 2, 40, 1))

    def spread(self):
        """A function with *args and **kwargs, called with unpacked ones."""
        inner, name = self.fresh("inner"), self.fresh("f")
        self.emit(f"def {inner}(a, *rest, k={self.constant()}, **more):")
        self.emit(f"    return {self.pick(['a', 'rest', 'k', 'len(rest) + len(more)', 'sorted(more)'])}")
        self.emit("")
        self.emit(f"def {name}(p0, p1=3):")
        self.emit("    result = None")
        self.emit("    for i in range(4):")
        positional = self.pick(["*[p0, p1]", "p0, p1", "p0, *(i, p1)", "*range(i)"])
        keywords = self.pick(["", ", k=i", ", z=p1", ", **{'k': p1, 'y': i}"])
        self.emit(f"        result = {inner}({positional}{keywords})")
        self.emit("    return result")
        self.emit("")
        self.functions.append(Function(name, 2, 30, 1))

    def handler(self):
        """A function whose handlers, `finally` and loops meet; the exception may come out of a callee."""
        name = self.fresh("f")
        called = [f for f in self.functions if not f.method and f.cost < 200 and f.parameters - f.defaults <= 1]
        call = f"{self.pick(called).name}(p0)" if called else "p0 + 1"
        self.emit(f"def {name}(p0, p1=1):")
        self.emit("    log = []")
        self.emit("    for i in range(5):")
        self.emit("        try:")
        self.emit(f"            if i == {self.random.randint(0, 4)}: {self.pick(['raise KeyError(p0)', 'continue', 'break', 'p1 = p1 // (i - 2)', 'return i'])}")
        self.emit(f"            log.append(keep({self.pick([call, f'{call} * i', 'p0 * p1 + i'])}))")
        self.emit(f"        except {self.pick(['KeyError', 'TypeError', '(TypeError, KeyError)', 'Exception'])} as error:")
        self.emit(f"            log.append(type(error).__name__){self.pick(['', '; p1 = i', '; raise ValueError(i) from error'])}")
        if self.chance(0.4):
            self.emit("        else:")
            self.emit(f"            p1 = keep(p1 {self.pick(ARITHMETIC)} 2)")
        if self.chance(0.5):
            self.emit("        finally:")
            self.emit(f"            log.append({self.pick(['i', 'p1', 'len(log)'])})")
        self.emit("    return log[-4:]")
        self.emit("")
        self.functions.append(Function(name, 2, 60 + (200 * 5 if called else 0), 1))

    def changing(self):
        """Objects of one class that get their attributes in different orders, lose some, and have a class attribute behind them."""
        name, function = self.fresh("D"), self.fresh("f")
        self.emit(f"class {name}:")
        self.emit(f"    b = {self.constant()}")
        self.emit("    def total(self, n): return self.a if n else self.b")
        self.emit("")
        self.emit(f"def {function}(p0, p1=0):")
        self.emit("    seen = 0")
        self.emit("    for i in range(8):")
        self.emit(f"        o = {name}()")
        self.emit(f"        if i % {self.random.randint(2, 4)}: o.a = p0; o.b = i")
        self.emit("        else: o.b = p1; o.a = i")
        if self.chance(0.5):
            self.emit("        if i == 5: del o.b")
        if self.chance(0.3):
            self.emit(f"        if i == 6: {name}.b = p0")
        self.emit(f"        seen = keep(seen {self.pick(['+', '-', '*'])} o.total(i {self.pick(['%', '&'])} 2))")
        self.emit("    return seen")
        self.emit("")
        self.functions.append(Function(function, 2, 60, 1))

    def class_(self):
        name = self.fresh("C")
        base = f"({self.pick(self.classes)})" if self.classes and self.chance(0.4) else ""
        self.emit(f"class {name}{base}:")
        self.emit(f"    c = {self.constant()}")
        if self.chance(0.3) and not base:
            self.emit("    __slots__ = ('a', 'b', 'z')")
            self.lines[-2] = ""
            self.emit(f"    c = property(lambda self: {self.pick(['self.a', '5', 'self.b'])})")
        self.emit("    def __init__(self, a, b):")
        self.emit("        self.a = a")
        self.emit(f"        self.b = {self.pick(['b', 'a', 'b'])}")
        if self.chance(0.4):
            self.emit(f"    def __{self.pick(['add', 'mul', 'sub', 'radd'])}__(self, other):")
            self.emit("        return self.a if isinstance(other, int) else NotImplemented")
        if self.chance(0.3):
            self.emit(f"    def __{self.pick(['lt', 'eq', 'gt'])}__(self, other):")
            self.emit("        return self.a is other")
            self.emit("    __hash__ = object.__hash__")
        self.indent += 1
        self.function("m", method=True) if not any(f.method for f in self.functions) else self.emit(f"def m(self, p0=1, *rest): return self.{self.pick('abc')}, p0")
        self.indent -= 1
        self.emit("")
        self.classes.append(name)

    def main(self):
        pools = [["1", "2", "i", "i * 3"], ["i * 0.5", "1.5", "-0.25"], ["i", "2**62 - i", "i - 2**62"], ["'s'", "i", "None"], ["[i, 1]", "(i, 2)", "i"], ["True", "i", "i % 3 == 0"], ["i << 55", "-i << 58"]]
        self.emit("def show(value):")
        self.emit("    text = repr(value)")
        self.emit("    return text if ' at 0x' not in text else 'object'")
        self.emit("")
        self.emit("")
        plain = [f for f in self.functions if not f.method]
        for function in plain[-5:]:
            self.emit(f"def drive_{function.name}():")
            for number, pool in enumerate([pools[0], pools[0], *self.random.sample(pools, 4)]):
                rounds = max(3, min(400 if number < 2 else 60, 60000 // max(function.cost, 1)))
                self.emit("    failures = 0")
                self.emit("    result = None")
                self.emit(f"    for i in range({rounds}):")
                self.emit("        try:")
                self.emit(f"            result = {function.name}({', '.join(self.pick(pool) for _ in range(function.parameters))})")
                self.emit("        except Exception as error:")
                self.emit("            failures += 1")
                self.emit("            result = type(error).__name__, str(error), where(error)")
                self.emit(f"    print('{function.name}', {number}, failures, show(result))")
            self.emit("")
            self.emit("")
        for function in plain[-5:]:
            self.emit(f"drive_{function.name}()")
        if self.classes and self.chance(0.7):
            self.emit(f"{self.pick(self.classes)}.m = lambda self, *a, **k: 5")
            self.emit(f"{self.pick(self.classes)}.d = 1")
        if self.chance(0.5):
            self.emit(f"{self.pick(['len', 'abs', 'min'])} = lambda *a: 1")
        for function in plain[-5:]:
            self.emit(f"drive_{function.name}()")
        self.emit("print(show((g0, g1)))")

    def program(self):
        self.indent = 0
        self.variables, self.objects, self.lists, self.dicts = [], [], [], []
        for name in self.globals:
            self.emit(f"{name} = {self.constant()}")
        self.emit("def set_global(which, value):")
        self.emit("    global g0, g1")
        self.emit("    if which:")
        self.emit("        g0 = value")
        self.emit("    else:")
        self.emit("        g1 = value")
        self.emit("")
        for _ in range(self.random.randint(0, 3)):
            self.class_()
        for _ in range(self.random.randint(3, 7)):
            makers = [self.function, self.closure, self.generator, self.text, self.spread, self.handler, self.changing]
            self.random.choices(makers, [9, 1, 1, 1, 1, 2, 2])[0]()
        self.main()
        return "\n".join(self.lines) + "\n"


def generate(seed):
    return Generator(seed).program()


if __name__ == "__main__":
    print(generate(int(sys.argv[1])), end="")
