//! Errors of the compiler: messages and positions are CPython 3.14's.
//!
//! `tests/syntax_errors.py` in the project's root compares many more with the oracle.

use taipan_compiler::{ErrorKind, Mode, Options, compile};

/// Source, exception, and line, offset, end line, end offset.
type Case = (&'static str, &'static str, [i32; 4]);

#[rustfmt::skip]
const CASES: &[Case] = &[
    ("a b\n", "SyntaxError: invalid syntax", [1, 3, 1, 4]),
    ("f(a b)\n", "SyntaxError: invalid syntax. Perhaps you forgot a comma?", [1, 3, 1, 6]),
    ("x = (1,\n", "SyntaxError: '(' was never closed", [1, 5, 1, 0]),
    ("x = [1, (2]\n", "SyntaxError: closing parenthesis ']' does not match opening parenthesis '('", [1, 11, 1, 11]),
    (")\n", "SyntaxError: unmatched ')'", [1, 1, 1, 1]),
    ("'abc\n", "SyntaxError: unterminated string literal (detected at line 1)", [1, 1, 1, 1]),
    ("\"\"\"abc\n", "SyntaxError: unterminated triple-quoted string literal (detected at line 1)", [1, 1, 1, 1]),
    ("if x\n    pass\n", "SyntaxError: expected ':'", [1, 5, 1, 6]),
    ("if x:\npass\n", "IndentationError: expected an indented block after 'if' statement on line 1", [2, 1, 2, 5]),
    ("for x in y:\n    a\n  b\n", "IndentationError: unindent does not match any outer indentation level", [3, 4, 3, -1]),
    ("  x\n", "IndentationError: unexpected indent", [1, 2, 1, -1]),
    ("f(\n", "SyntaxError: '(' was never closed", [1, 2, 1, 0]),
    ("1 = x\n", "SyntaxError: cannot assign to literal here. Maybe you meant '==' instead of '='?", [1, 1, 1, 2]),
    ("f() = 1\n", "SyntaxError: cannot assign to function call here. Maybe you meant '==' instead of '='?", [1, 1, 1, 4]),
    ("f() += 1\n", "SyntaxError: 'function call' is an illegal expression for augmented assignment", [1, 1, 1, 4]),
    ("(a, b) += 1\n", "SyntaxError: 'tuple' is an illegal expression for augmented assignment", [1, 1, 1, 7]),
    ("a + 1 = 2\n", "SyntaxError: cannot assign to expression here. Maybe you meant '==' instead of '='?", [1, 1, 1, 6]),
    ("if x = 3:\n    pass\n", "SyntaxError: invalid syntax. Maybe you meant '==' or ':=' instead of '='?", [1, 4, 1, 9]),
    ("None = 1\n", "SyntaxError: cannot assign to None", [1, 1, 1, 5]),
    ("def f(None): pass\n", "SyntaxError: invalid syntax", [1, 7, 1, 11]),
    ("def f(a, a): pass\n", "SyntaxError: duplicate argument 'a' in function definition", [1, 10, 1, 11]),
    ("def f(a=1, b): pass\n", "SyntaxError: parameter without a default follows parameter with a default", [1, 12, 1, 13]),
    ("def f(*): pass\n", "SyntaxError: named arguments must follow bare *", [1, 7, 1, 8]),
    ("def f(**a, b): pass\n", "SyntaxError: arguments cannot follow var-keyword argument", [1, 12, 1, 13]),
    ("def f(a, /, b, /): pass\n", "SyntaxError: / may appear only once", [1, 16, 1, 17]),
    ("f(a=1, 2)\n", "SyntaxError: positional argument follows keyword argument", [1, 9, 1, 10]),
    ("f(**a, *b)\n", "SyntaxError: iterable argument unpacking follows keyword argument unpacking", [1, 6, 1, 10]),
    ("f(a.b=1)\n", "SyntaxError: expression cannot contain assignment, perhaps you meant \"==\"?", [1, 3, 1, 7]),
    ("f(x for x in y, 1)\n", "SyntaxError: Generator expression must be parenthesized", [1, 3, 1, 15]),
    ("return 1\n", "SyntaxError: 'return' outside function", [1, 1, 1, 9]),
    ("class C:\n    return 1\n", "SyntaxError: 'return' outside function", [2, 5, 2, 13]),
    ("yield 1\n", "SyntaxError: 'yield' outside function", [1, 1, 1, 8]),
    ("await x\n", "SyntaxError: 'await' outside function", [1, 1, 1, 8]),
    ("def f():\n    await x\n", "SyntaxError: 'await' outside async function", [2, 5, 2, 12]),
    ("break\n", "SyntaxError: 'break' outside loop", [1, 1, 1, 6]),
    ("continue\n", "SyntaxError: 'continue' not properly in loop", [1, 1, 1, 9]),
    ("while 1:\n    def f():\n        break\n", "SyntaxError: 'break' outside loop", [3, 9, 3, 14]),
    ("def f():\n    x = 1\n    global x\n", "SyntaxError: name 'x' is assigned to before global declaration", [3, 5, 3, 13]),
    ("def f(x):\n    global x\n", "SyntaxError: name 'x' is parameter and global", [2, 5, 2, 13]),
    ("nonlocal x\n", "SyntaxError: nonlocal declaration not allowed at module level", [1, 1, 1, 11]),
    ("def f():\n    nonlocal x\n", "SyntaxError: no binding for nonlocal 'x' found", [2, 5, 2, 15]),
    ("def f():\n    from a import *\n", "SyntaxError: import * only allowed at module level", [2, 19, 2, 20]),
    ("from __future__ import braces\n", "SyntaxError: not a chance", [1, 24, 1, 30]),
    ("from __future__ import nothing\n", "SyntaxError: future feature nothing is not defined", [1, 24, 1, 31]),
    ("x = 1\nfrom __future__ import annotations\n", "SyntaxError: from __future__ imports must occur at the beginning of the file", [2, 1, 2, 35]),
    ("import a.b as c.d\n", "SyntaxError: cannot use attribute as import target", [1, 15, 1, 18]),
    ("from a import b,\n", "SyntaxError: trailing comma not allowed without surrounding parentheses", [1, 17, 1, 18]),
    ("try:\n    pass\n", "SyntaxError: expected 'except' or 'finally' block", [2, 9, 2, -1]),
    ("try:\n    pass\nexcept A:\n    pass\nexcept* B:\n    pass\n", "SyntaxError: cannot have both 'except' and 'except*' on the same 'try'", [5, 1, 5, 8]),
    ("try:\n    pass\nexcept:\n    pass\nexcept A:\n    pass\n", "SyntaxError: default 'except:' must be last", [3, 1, 4, 9]),
    ("try:\n    pass\nexcept A, B as c:\n    pass\n", "SyntaxError: multiple exception types must be parenthesized when using 'as'", [3, 8, 3, 17]),
    ("match x:\n    case a:\n        pass\n    case b:\n        pass\n", "SyntaxError: name capture 'a' makes remaining patterns unreachable", [2, 10, 2, 11]),
    ("match x:\n    case a | a:\n        pass\n", "SyntaxError: name capture 'a' makes remaining patterns unreachable", [2, 10, 2, 11]),
    ("match x:\n    case [a, a]:\n        pass\n", "SyntaxError: multiple assignments to name 'a' in pattern", [2, 14, 2, 15]),
    ("match x:\n    case {**r, 1: 2}:\n        pass\n", "SyntaxError: invalid syntax", [2, 16, 2, 17]),
    ("f'{}'\n", "SyntaxError: f-string: valid expression required before '}'", [1, 4, 1, 5]),
    ("f'{a'\n", "SyntaxError: f-string: expecting '}'", [1, 5, 1, 5]),
    ("f'{a!x}'\n", "SyntaxError: f-string: invalid conversion character 'x': expected 's', 'r', or 'a'", [1, 6, 1, 7]),
    ("f'}'\n", "SyntaxError: f-string: single '}' is not allowed", [1, 3, 1, 3]),
    ("f'{a b}'\n", "SyntaxError: invalid syntax. Perhaps you forgot a comma?", [1, 4, 1, 7]),
    ("f\"{lambda x: 1}\"\n", "SyntaxError: f-string: lambda expressions are not allowed without parentheses", [1, 4, 1, 13]),
    ("0777\n", "SyntaxError: leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers", [1, 1, 1, 2]),
    ("1_\n", "SyntaxError: invalid decimal literal", [1, 2, 1, 2]),
    ("1__0\n", "SyntaxError: invalid decimal literal", [1, 2, 1, 2]),
    ("0x\n", "SyntaxError: invalid hexadecimal literal", [1, 2, 1, 2]),
    ("0b2\n", "SyntaxError: invalid digit '2' in binary literal", [1, 3, 1, 3]),
    ("1a\n", "SyntaxError: invalid decimal literal", [1, 1, 1, 1]),
    ("'\\N{nothing such}'\n", "SyntaxError: (unicode error) 'unicodeescape' codec can't decode bytes in position 0-15: unknown Unicode character name", [1, 1, 1, 19]),
    ("b'\\u00e9é'\n", "SyntaxError: bytes can only contain ASCII literal characters", [1, 1, 1, 11]),
    ("a = 5 if b\n", "SyntaxError: expected 'else' after 'if' expression", [1, 5, 1, 11]),
    ("print 'x'\n", "SyntaxError: Missing parentheses in call to 'print'. Did you mean print(...)?", [1, 1, 1, 10]),
    ("print x\n", "SyntaxError: Missing parentheses in call to 'print'. Did you mean print(...)?", [1, 1, 1, 8]),
    ("exec 'x'\n", "SyntaxError: Missing parentheses in call to 'exec'. Did you mean exec(...)?", [1, 1, 1, 9]),
    ("x = {1: 2, 3}\n", "SyntaxError: ':' expected after dictionary key", [1, 12, 1, 0]),
    ("x = {1:}\n", "SyntaxError: expression expected after dictionary key and ':'", [1, 7, 1, 8]),
    ("del f()\n", "SyntaxError: cannot delete function call", [1, 5, 1, 8]),
    ("del (a, 1)\n", "SyntaxError: cannot delete literal", [1, 9, 1, 10]),
    ("with a as 1: pass\n", "SyntaxError: cannot assign to literal", [1, 11, 1, 12]),
    ("[x for 1 in y]\n", "SyntaxError: cannot assign to literal", [1, 8, 1, 9]),
    ("[x := 1 for x in y]\n", "SyntaxError: assignment expression cannot rebind comprehension iteration variable 'x'", [1, 2, 1, 3]),
    ("[(y := 1) for x in (y := 2)]\n", "SyntaxError: assignment expression cannot be used in a comprehension iterable expression", [1, 21, 1, 27]),
    ("(x := 1) = 2\n", "SyntaxError: cannot assign to named expression here. Maybe you meant '==' instead of '='?", [1, 2, 1, 8]),
    ("x := 1\n", "SyntaxError: invalid syntax", [1, 3, 1, 5]),
    ("lambda: (yield)\nclass C[T]: x: (yield)\n", "SyntaxError: yield expression cannot be used within an annotation", [2, 17, 2, 22]),
    ("def f[T](x: (yield)): pass\n", "SyntaxError: yield expression cannot be used within an annotation", [1, 14, 1, 19]),
    ("type X = (yield)\n", "SyntaxError: yield expression cannot be used within a type alias", [1, 11, 1, 16]),
    ("class C[T, T]: pass\n", "SyntaxError: duplicate type parameter 'T'", [1, 12, 1, 13]),
    ("def f[*T = 1, U](): pass\n", "SyntaxError: non-default type parameter 'U' follows default type parameter", [1, 15, 1, 16]),
    ("async def f():\n    yield 1\n    return 2\n", "SyntaxError: 'return' with value in async generator", [3, 5, 3, 13]),
    ("async def f():\n    yield from x\n", "SyntaxError: 'yield from' inside async function", [2, 5, 2, 17]),
    ("[await x for x in y]\n", "SyntaxError: asynchronous comprehension outside of an asynchronous function", [1, 1, 1, 21]),
    ("a ? b\n", "SyntaxError: invalid syntax", [1, 3, 1, 4]),
    ("a $ b\n", "SyntaxError: invalid syntax", [1, 3, 1, 4]),
    ("x = é‘\n", "SyntaxError: invalid character '‘' (U+2018)", [1, 6, 1, 6]),
    ("a <> b\n", "SyntaxError: invalid syntax.  Maybe you meant '!=' instead of '<>'?", [1, 3, 1, 5]),
    ("\\ a\n", "SyntaxError: unexpected character after line continuation character", [1, 2, 1, 0]),
    ("x = 1 \\\n", "SyntaxError: unexpected EOF while parsing", [1, 8, 1, -1]),
    ("a\0b\n", "SyntaxError: source code string cannot contain null bytes", [0, 0, 0, 0]),
    ("else:\n    pass\n", "SyntaxError: invalid syntax", [1, 1, 1, 5]),
    ("elif x: pass\n", "SyntaxError: invalid syntax", [1, 1, 1, 5]),
    ("*a\n", "SyntaxError: can't use starred expression here", [1, 1, 1, 3]),
    ("*a = 1\n", "SyntaxError: starred assignment target must be in a list or tuple", [1, 1, 1, 3]),
    ("*a, *b = c\n", "SyntaxError: multiple starred expressions in assignment", [1, 1, 1, 7]),
    ("a, b: int\n", "SyntaxError: only single target (not tuple) can be annotated", [1, 1, 1, 2]),
    ("__debug__ = 1\n", "SyntaxError: cannot assign to __debug__", [1, 1, 1, 10]),
    ("def f(__debug__): pass\n", "SyntaxError: cannot assign to __debug__", [1, 7, 1, 16]),
    ("not = 1\n", "SyntaxError: invalid syntax", [1, 5, 1, 6]),
    ("f(True=1)\n", "SyntaxError: cannot assign to True", [1, 3, 1, 8]),
    ("a.True = 1\n", "SyntaxError: invalid syntax", [1, 3, 1, 7]),
    ("import a from b\n", "SyntaxError: Did you mean to use 'from ... import ...' instead?", [1, 1, 1, 16]),
    ("x = yield = 1\n", "SyntaxError: assignment to yield expression not possible", [1, 5, 1, 10]),
    ("def f:\n    pass\n", "SyntaxError: expected '('", [1, 6, 1, 7]),
    ("class C\n    pass\n", "SyntaxError: expected ':'", [1, 8, 1, 9]),
    ("if True:\n\tx\n        y\n", "TabError: inconsistent use of tabs and spaces in indentation", [3, 1, 3, 0]),
];

#[test]
fn errors_are_those_of_cpython() {
    let mut wrong = Vec::new();
    for &(source, message, position) in CASES {
        let result = match compile(source.as_bytes(), &Options::exec("f")) {
            Ok(_) => ("no error".to_owned(), [0; 4]),
            Err(error) => (
                format!("{}: {}", error.kind.name(), error.message),
                [error.line, error.column, error.end_line, error.end_column],
            ),
        };
        if result != (message.to_owned(), position) {
            wrong.push(format!(
                "{source:?}\n  expected {message} {position:?}\n  got      {} {:?}",
                result.0, result.1
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What `codeop` relies on.
#[test]
fn interactive_input_may_be_incomplete() {
    let incomplete = |source: &str| {
        let options = Options {
            dont_imply_dedent: true,
            allow_incomplete_input: true,
            ignore_cookie: true,
            ..Options::new(Mode::Single, "f")
        };
        compile(source.as_bytes(), &options).is_err_and(|error| error.kind == ErrorKind::IncompleteInputError)
    };
    for source in [
        "if x:",
        "if x:\n",
        "f(1,\n",
        "'''a\n",
        "x = \\\n",
        "@d\n",
        "try:\n  x\n",
        "def f():\n  # c\n",
        "f'''{a\n",
    ] {
        assert!(incomplete(source), "{source:?}");
    }
    for source in ["x\n", "f(1)\n", "if x: y\n\n", "a b\n", "'a\n", ")\n"] {
        assert!(!incomplete(source), "{source:?}");
    }
}
