"""compile, eval, exec with globals and locals, code objects, ast-free modes, and errors with positions."""

code = compile("a + b", "<expression>", "eval")
print(eval(code, {"a": 1, "b": 2}), eval("x * y", {"x": 3}, {"y": 4}), eval("  1 + 1 \n"), eval(b"5"), eval("[i for i in range(n)]", {"n": 3}), eval("(lambda: z)()", {"z": 9}))
space = {}
exec("x = 1\ndef f(): return x + 1\nclass C: v = x\ny = f() + C.v", space)
print(space["y"], sorted(k for k in space if k[0] != "_"), "__builtins__" in space)
exec(compile("print('single'); 5\n'shown'", "<s>", "exec"))
exec(compile("5 + 5\n", "<single>", "single"))
exec(compile("'text'; None; 3\n", "<single>", "single"))
print(code.co_filename, code.co_name, code.co_names, code.co_consts, code.co_flags, code.co_argcount, eval(code.replace(co_names=("b", "b")), {"b": 5}))


class Namespace(dict):
    def __missing__(self, key):
        return f"<{key}>"


print(eval("a + b", {}, Namespace()), exec("c = d", {}, n := Namespace()), n)
for text, mode in (("1 +", "eval"), ("x = 1", "eval"), ("if 1:\n  x\n y", "exec"), ("a\nb", "single"), ("", "eval"), ("\0", "exec"), ("def f(:\n pass", "exec"), ("  a", "exec"), ("a\n  b", "exec"), ("(1", "exec"), ("'''x", "exec"), ("x = [1,\n2", "exec"), ("for", "exec"), ("\tif x:\n\t\ty\n        z", "exec"), ("a b c", "exec"), ("1 = 2", "exec"), ("f(**{}, *[])", "exec"), ("\u00a0x", "exec"), ("x = 'a\nb'", "exec"), ("€", "exec"), ("import a.b.", "exec"), ("x.1", "exec"), ("é é", "exec")):
    try:
        compile(text, "<test>", mode)
        print(repr(text), "fine")
    except SyntaxError as error:
        print(repr(text), type(error).__name__, error.msg, error.filename, error.lineno, error.offset, error.end_lineno, error.end_offset, repr(error.text))
    except ValueError as error:
        print(repr(text), type(error).__name__, error)


def function():
    local = 1
    exec("local = 2; other = 3")
    return local, eval("local"), eval("local + g", {"g": 1, "local": 10}), "other" in locals()


print(function())
for call in (lambda: eval("undefined"), lambda: exec("raise KeyError('from exec')"), lambda: eval("1/0"), lambda: eval("x", 5), lambda: exec("x", {}, 5), lambda: eval(code), lambda: exec(function.__code__) or "ran", lambda: eval(compile("yield 1", "<y>", "exec")), lambda: exec("return"), lambda: eval("a", {"__builtins__": {}}), lambda: exec("print(1)", {"__builtins__": {}}), lambda: exec("import os", {"__builtins__": {}}), lambda: exec("", closure=5)):
    try:
        print(call())
    except (NameError, KeyError, ZeroDivisionError, TypeError, SyntaxError, ImportError) as error:
        print(type(error).__name__, error)


def make():
    v = 5

    def inner():
        return v

    return inner


f = make()
f2 = type(f)(f.__code__, {}, "copy", None, f.__closure__)
print(f2(), f.__code__ == make().__code__, hash(f.__code__) == hash(make().__code__), f.__code__.co_freevars, [c for c in make.__code__.co_consts if hasattr(c, "co_name")][0].co_name, f.__code__.co_qualname, list(code.co_positions())[1])
ns = {}
for i in range(200):
    exec(f"def f{i}(x): return x + {i}", ns)
print(sum(ns[f"f{i}"](1) for i in range(200)), eval("+".join(map(str, range(300)))), eval("(" * 50 + "1" + ")" * 50), eval("[" * 50 + "]" * 50))
