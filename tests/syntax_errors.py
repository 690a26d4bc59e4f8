"""Compares the compiler's errors with CPython 3.14's own: class, message and position.

    python3.14 tests/syntax_errors.py --command target/debug/examples/pyc [--collect FILE | --sources FILE]

`--collect` runs those of CPython's test modules that deal with invalid programs, and keeps every source that they
have compiled without success, as JSON lines [source, mode]. `--sources` compares the outcomes of such a file.
"""
import argparse
import builtins
import collections
import importlib
import json
import os
import subprocess
import sys
import tempfile
import unittest
import warnings

MODULES = """test_syntax test_exceptions test_fstring test_tstring test_grammar test_patma test_positional_only_arg
test_named_expressions test_string_literals test_unpack_ex test_unpack test_generators test_genexps test_type_params
test_global test_scope test_future_stmt.test_future test_eof test_except_star test_compile test_keywordonlyarg
test_listcomps test_setcomps test_dictcomps test_coroutines test_type_annotations test_type_aliases test_codeop
test_peg_generator test_parser test_super test_with test_bytes test_complex test_float test_int test_lambda
test_decorators test_symtable test_ast.test_ast test_cmd_line_script test_source_encoding test_unicode_identifiers
test_metaclass test_pep646_syntax test_print test_dynamic test_extcall test_yield_from test_asyncgen
test_contextlib test_finalization test_funcattrs test_traceback""".split()


def collect(path):
    seen = set()
    real_compile, real_exec, real_eval = builtins.compile, builtins.exec, builtins.eval

    def note(source, mode):
        if isinstance(source, (str, bytes)):
            try:
                text = source if isinstance(source, str) else source.decode()
                text.encode()
            except UnicodeError:
                return
            try:
                real_compile(source, "<source>", mode, dont_inherit=True)
            except SyntaxError:
                seen.add((text, mode))
            except Exception:
                pass

    def noting_compile(source, filename="<string>", mode="exec", *args, **kwargs):
        note(source, mode if mode in ("exec", "eval", "single") else "exec")
        return real_compile(source, filename, mode, *args, **kwargs)

    def noting_exec(source, *args, **kwargs):
        note(source, "exec")
        frame = sys._getframe(1)
        if not args and not kwargs:
            args = frame.f_globals, frame.f_locals
        return real_exec(source, *args, **kwargs)

    def noting_eval(source, *args, **kwargs):
        note(source.lstrip(" \t") if isinstance(source, str) else source, "eval")
        frame = sys._getframe(1)
        if not args and not kwargs:
            args = frame.f_globals, frame.f_locals
        return real_eval(source, *args, **kwargs)

    warnings.simplefilter("ignore")
    builtins.compile, builtins.exec, builtins.eval = noting_compile, noting_exec, noting_eval
    for name in MODULES:
        try:
            module = importlib.import_module("test." + name)
            suite = unittest.defaultTestLoader.loadTestsFromModule(module)
            unittest.TextTestRunner(stream=open(os.devnull, "w")).run(suite)
        except (Exception, SystemExit) as error:
            print(name, error, file=sys.stderr)
    builtins.compile, builtins.exec, builtins.eval = real_compile, real_exec, real_eval
    with open(path, "w") as file:
        for pair in sorted(seen):
            file.write(json.dumps(pair) + "\n")


def expected(source, mode):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # PyCF_DONT_IMPLY_DEDENT | PyCF_ALLOW_INCOMPLETE_INPUT, as codeop does.
            flags = 0x4200 if mode.startswith("incomplete ") else 0
            compile(source, "<source>", mode.split()[-1], flags, dont_inherit=True)
        return ["ok"]
    except SyntaxError as e:
        return [type(e).__name__, str(e.msg).replace("\n", " ").replace("\t", " "), e.lineno or 0, e.offset or 0,
                e.end_lineno or 0, e.end_offset or 0]
    except Exception as e:
        return [type(e).__name__, str(e).replace("\n", " "), 0, 0, 0, 0]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--command")
    parser.add_argument("--most", type=int, default=20)
    parser.add_argument("--collect")
    parser.add_argument("--sources")
    options = parser.parse_args()
    if options.collect:
        return collect(options.collect)
    worker = subprocess.Popen([options.command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    kinds = collections.Counter()
    with tempfile.TemporaryDirectory() as folder:
        path, pyc = os.path.join(folder, "source.py"), os.path.join(folder, "out.pyc")
        for line in open(options.sources):
            source, mode = json.loads(line)
            with open(path, "w", newline="") as file:
                file.write(source)
            worker.stdin.write(f"{path}\t{pyc}\t{mode}\n")
            worker.stdin.flush()
            answer = worker.stdout.readline().rstrip("\n").split("\t")
            ours = ["ok"] if answer[0] == "ok" else answer[1:3] + [int(x) for x in answer[3:]]
            theirs = expected(source, mode)
            if ours == theirs:
                kinds["equal"] += 1
                continue
            kind = ("accepted" if ours == ["ok"] else "rejected" if theirs == ["ok"] else
                    "message" if ours[:2] != theirs[:2] else "line" if ours[2] != theirs[2] else
                    "column" if ours[3] != theirs[3] else "end")
            kinds[kind] += 1
            if sum(kinds.values()) - kinds["equal"] <= options.most:
                print(f"{kind} {source[-300:]!r} {mode}\n    ours   {ours}\n    theirs {theirs}")
    print(dict(kinds))


if __name__ == "__main__":
    sys.exit(main())
