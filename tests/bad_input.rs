//! What the command does with input that is wrong: scripts that can't be read or parsed, damaged `.pyc` files, closed
//! and full streams, too little memory, endless recursion, Ctrl-C, unknown options. Messages and exit statuses are
//! CPython's; every case here passes with the oracle in `TAIPAN_UNDER_TEST`, except those that are about Taipan.

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;

use libtest_mimic::{Arguments, Failed, Trial};
use support::{Ending, Outcome};

/// What a case expects of standard error.
enum Stderr {
    /// Exactly this; `{program}` stands for the command's name.
    Is(&'static str),
    /// These lines at the end.
    EndsWith(&'static str),
    /// This somewhere.
    Contains(&'static str),
}
use Stderr::{Contains, EndsWith, Is};

/// One case: a shell command in which `$TAIPAN` is the command under test, run in a folder with some files.
struct Case {
    name: &'static str,
    files: &'static [(&'static str, &'static [u8])],
    shell: &'static str,
    stdout: &'static str,
    stderr: Stderr,
    status: i32,
}

const fn case(
    name: &'static str,
    files: &'static [(&'static str, &'static [u8])],
    shell: &'static str,
    stderr: Stderr,
    status: i32,
) -> Case {
    Case { name, files, shell, stdout: "", stderr, status }
}

const NO_SPACE: &str =
    "Exception ignored while flushing sys.stdout:\nOSError: [Errno 28] No space left on device\n";

/// The header of a `.pyc` that isn't checked against a source file.
const HEADER: &[u8] = b"\x2b\x0e\r\n\x01\0\0\0\0\0\0\0\0\0\0\0";

fn cases() -> Vec<Case> {
    let mut cases = scripts();
    cases.extend(compiled_files());
    cases.extend(streams());
    cases.extend(exits());
    cases.extend(memory());
    cases
}

fn scripts() -> Vec<Case> {
    vec![
        case(
            "syntax_error",
            &[("s.py", b"x = 1\nprint(\"never printed\")\nprint(\"a\"\n")],
            "$TAIPAN s.py",
            Is("  File \"s.py\", line 3\n    print(\"a\"\n         ^\nSyntaxError: '(' was never closed\n"),
            1,
        ),
        case(
            "indentation_error",
            &[("s.py", b"if 1:\n    x = 1\n      y = 2\n")],
            "$TAIPAN s.py",
            Is("  File \"s.py\", line 3\n    y = 2\nIndentationError: unexpected indent\n"),
            1,
        ),
        case(
            "tab_error",
            &[("s.py", b"if 1:\n\tx = 1\n        y = 2\n")],
            "$TAIPAN s.py",
            Is("  File \"s.py\", line 3\n    y = 2\nTabError: inconsistent use of tabs and spaces in indentation\n"),
            1,
        ),
        case(
            "syntax_error_in_import",
            &[("s.py", b"import t\n"), ("t.py", b"def f(:\n")],
            "$TAIPAN s.py",
            Is(concat!(
                "Traceback (most recent call last):\n  File \"s.py\", line 1, in <module>\n    import t\n",
                "  File \"t.py\", line 1\n    def f(:\n          ^\nSyntaxError: invalid syntax\n"
            )),
            1,
        ),
        case(
            "syntax_error_in_command",
            &[],
            "$TAIPAN -c 'x = ('",
            Is("  File \"<string>\", line 1\n    x = (\n        ^\nSyntaxError: '(' was never closed\n"),
            1,
        ),
        case(
            "missing_script",
            &[],
            "$TAIPAN missing.py",
            Is("{program}: can't open file 'missing.py': [Errno 2] No such file or directory\n"),
            2,
        ),
        case(
            "directory",
            &[("d/x.txt", b"")],
            "$TAIPAN d",
            Is("{program}: can't find '__main__' module in 'd'\n"),
            1,
        ),
        Case {
            stdout: "main of d\n",
            ..case("directory_with_main", &[("d/__main__.py", b"print('main of d')\n")], "$TAIPAN d", Is(""), 0)
        },
        case(
            "binary_file",
            &[("b.py", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0")],
            "$TAIPAN b.py",
            EndsWith("SyntaxError: source code cannot contain null bytes\n"),
            1,
        ),
        case(
            "null_byte",
            &[("b.py", b"x = 1\0 2\n")],
            "$TAIPAN b.py",
            Is("  File \"b.py\", line 1\n    x = 1\nSyntaxError: source code cannot contain null bytes\n"),
            1,
        ),
        case(
            "invalid_utf8",
            &[("u.py", b"y = \"\xff\xfe\"\n")],
            "$TAIPAN u.py",
            EndsWith(concat!(
                "SyntaxError: Non-UTF-8 code starting with '\\xff' in file u.py on line 1, but no encoding declared; ",
                "see https://peps.python.org/pep-0263/ for details\n"
            )),
            1,
        ),
        case(
            "unknown_encoding",
            &[("u.py", b"# coding: nonsense\nx = 1\n")],
            "$TAIPAN u.py",
            EndsWith("SyntaxError: unknown encoding: nonsense\n"),
            1,
        ),
        Case {
            stdout: "'\\xe9'\n",
            ..case("latin_1_cookie", &[("u.py", b"# -*- coding: latin-1 -*-\nprint(ascii('\xe9'))\n")], "$TAIPAN u.py", Is(""), 0)
        },
        Case {
            stdout: "'\\xe9' windows\n",
            ..case(
                "byte_order_mark_and_crlf",
                &[("u.py", b"\xef\xbb\xbfx = '\xc3\xa9'\r\nprint(ascii(x), 'windows')\r\n")],
                "$TAIPAN u.py",
                Is(""),
                0,
            )
        },
        case("empty_script", &[("e.py", b"")], "$TAIPAN e.py", Is(""), 0),
        Case {
            stdout: "no newline\n",
            ..case("no_newline_at_end", &[("e.py", b"print('no newline')")], "$TAIPAN e.py", Is(""), 0)
        },
        case("missing_module", &[], "$TAIPAN -m no_such_module", Is("{program}: No module named no_such_module\n"), 1),
        case("unreadable_import", &[], "$TAIPAN -c 'import no.such'", EndsWith("ModuleNotFoundError: No module named 'no'\n"), 1),
        Case {
            stdout: "5\n",
            ..case(
                "cache_folder_is_a_file",
                &[("s.py", b"import m\nprint(m.x)\n"), ("m.py", b"x = 5\n"), ("__pycache__", b"")],
                "PYTHONDONTWRITEBYTECODE= $TAIPAN s.py",
                Is(""),
                0,
            )
        },
        case(
            "too_deep_parentheses",
            &[("s.py", b"eval('(' * 500 + ')' * 500)\n")],
            "$TAIPAN s.py",
            EndsWith("SyntaxError: too many nested parentheses\n"),
            1,
        ),
        Case {
            stdout: "refused\nrefused\n",
            ..case(
                "too_deep_expressions",
                &[(
                    "s.py",
                    b"for text in ('-' * 100000 + '1', '1' + '+1' * 100000):\n    try:\n        eval(text)\n    except (MemoryError, RecursionError):\n        print('refused')\n",
                )],
                "$TAIPAN s.py",
                Is(""),
                0,
            )
        },
    ]
}

fn compiled_files() -> Vec<Case> {
    vec![
        case(
            "pyc_of_noise",
            &[("n.pyc", b"\x01\x02noise noise noise noise")],
            "$TAIPAN n.pyc",
            EndsWith("RuntimeError: Bad magic number in .pyc file\n"),
            1,
        ),
        case(
            "pyc_without_code",
            &[("n.pyc", HEADER)],
            "$TAIPAN n.pyc",
            EndsWith("RuntimeError: Bad code object in .pyc file\n"),
            1,
        ),
        case(
            "pyc_cut_in_header",
            &[("n.pyc", b"\x2b\x0e\r\n\x01\0\0\0\0\0")],
            "$TAIPAN n.pyc",
            EndsWith("EOFError: EOF read where not expected\n"),
            1,
        ),
        Case {
            stdout: "7\n",
            ..case(
                "cached_pyc_of_noise",
                &[
                    ("s.py", b"import m\nprint(m.x)\n"),
                    ("m.py", b"x = 7\n"),
                    ("__pycache__/m.cpython-314.pyc", b"noise"),
                ],
                "$TAIPAN s.py",
                Is(""),
                0,
            )
        },
        case(
            "cached_pyc_cut",
            &[
                ("s.py", b"import m\nprint(m.x)\n"),
                ("m.py", b"x = 7\n"),
                ("__pycache__/m.cpython-314.pyc", b"\x2b\x0e\r\n\x01\0\0\0\0\0\0\0\0\0\0\0\xe3\0\0"),
            ],
            "$TAIPAN s.py",
            EndsWith("EOFError: marshal data too short\n"),
            1,
        ),
        case(
            "cached_pyc_no_code",
            &[
                ("s.py", b"import m\nprint(m.x)\n"),
                ("m.py", b"x = 7\n"),
                ("__pycache__/m.cpython-314.pyc", b"\x2b\x0e\r\n\x01\0\0\0\0\0\0\0\0\0\0\0N"),
            ],
            "$TAIPAN s.py",
            EndsWith("ImportError: Non-code object in '__pycache__/m.cpython-314.pyc'\n"),
            1,
        ),
    ]
}

fn streams() -> Vec<Case> {
    vec![
        Case {
            stdout: "None\n",
            ..case("stdin_closed", &[], "$TAIPAN -c 'import sys; print(sys.stdin)' <&-", Is(""), 0)
        },
        case(
            "input_from_closed_stdin",
            &[],
            "$TAIPAN -c 'input()' <&-",
            EndsWith("RuntimeError: lost sys.stdin\n"),
            1,
        ),
        case(
            "input_at_end_of_file",
            &[],
            "$TAIPAN -c 'input()' </dev/null",
            EndsWith("EOFError: EOF when reading a line\n"),
            1,
        ),
        case("stdout_closed", &[], "$TAIPAN -c 'print(1)' >&-", Is(""), 0),
        case("stderr_closed", &[], "$TAIPAN -c '1/0' 2>&-", Is(""), 1),
        case("stdout_full", &[], "$TAIPAN -c 'print(1)' >/dev/full", Is(NO_SPACE), 120),
        case(
            "stdout_full_much",
            &[],
            "$TAIPAN -c 'print(\"x\" * 100000)' >/dev/full",
            Contains("OSError: [Errno 28] No space left on device\n"),
            120,
        ),
        case("stdout_full_and_error", &[], "$TAIPAN -c 'print(1); 1/0' >/dev/full", EndsWith(NO_SPACE), 120),
        case(
            "stdout_full_flushed",
            &[],
            "$TAIPAN -c 'print(1, flush=True)' >/dev/full",
            Is(concat!(
                "Traceback (most recent call last):\n  File \"<string>\", line 1, in <module>\n    print(1, flush=True)\n",
                "    ~~~~~^^^^^^^^^^^^^^^\nOSError: [Errno 28] No space left on device\n",
                "Exception ignored while flushing sys.stdout:\nOSError: [Errno 28] No space left on device\n"
            )),
            120,
        ),
        case(
            "file_full",
            &[],
            "$TAIPAN -c 'with open(\"/dev/full\", \"w\") as f: f.write(\"x\")'",
            EndsWith("OSError: [Errno 28] No space left on device\n"),
            1,
        ),
        Case {
            stdout: "0\n1\n",
            ..case(
                "broken_pipe",
                &[("s.py", b"for i in range(100000):\n    print(i)\n")],
                "{ $TAIPAN s.py; echo \"status $?\" >&2; } | head -n 2",
                EndsWith("BrokenPipeError: [Errno 32] Broken pipe\nstatus 120\n"),
                0,
            )
        },
        Case {
            stdout: "['-', 'a']\n",
            ..case(
                "script_from_stdin",
                &[("s.py", b"import sys\nprint(sys.argv)\n")],
                "$TAIPAN - a <s.py",
                Is(""),
                0,
            )
        },
        case(
            "syntax_error_from_stdin",
            &[("s.py", b"print(1\n")],
            "$TAIPAN <s.py",
            EndsWith("SyntaxError: '(' was never closed\n"),
            1,
        ),
    ]
}

fn exits() -> Vec<Case> {
    const fn exit(name: &'static str, shell: &'static str, stderr: Stderr, status: i32) -> Case {
        case(name, &[], shell, stderr, status)
    }
    vec![
        exit("exit_with_text", "$TAIPAN -c 'import sys; sys.exit(\"text\")'", Is("text\n"), 1),
        exit("exit_with_list", "$TAIPAN -c 'raise SystemExit([1])'", Is("[1]\n"), 1),
        exit("exit_with_300", "$TAIPAN -c 'import sys; sys.exit(300)'", Is(""), 44),
        exit("exit_with_minus_one", "$TAIPAN -c 'import sys; sys.exit(-1)'", Is(""), 255),
        exit("exit_with_none", "$TAIPAN -c 'raise SystemExit'", Is(""), 0),
        exit("unknown_option", "$TAIPAN --nonsense", Contains("usage: "), 2),
        exit("option_without_argument", "$TAIPAN -c", Contains("Argument expected for the -c option\n"), 2),
        exit(
            "module_option_without_argument",
            "$TAIPAN -m",
            Contains("Argument expected for the -m option\n"),
            2,
        ),
        exit("unknown_short_option", "$TAIPAN -Z", Contains("Unknown option: -Z\n"), 2),
    ]
}

fn memory() -> Vec<Case> {
    vec![
        Case {
            stdout: "499999500000 1000\n",
            ..case("little_memory", &[], "ulimit -v 2000000; $TAIPAN -c 'print(sum(range(10**6)), len([object() for _ in range(1000)]))'", Is(""), 0)
        },
        case("list_too_large", &[], "ulimit -v 2000000; $TAIPAN -c 'x = [0] * 10**9'", EndsWith("MemoryError\n"), 1),
        case("bytes_too_large", &[], "ulimit -v 2000000; $TAIPAN -c 'x = bytearray(10**10)'", EndsWith("MemoryError\n"), 1),
        case("int_too_large", &[], "ulimit -v 2000000; $TAIPAN -c 'x = 1 << 10**11'", EndsWith("MemoryError\n"), 1),
        Case {
            stdout: "True True\n",
            ..case(
                "memory_error_caught",
                &[(
                    "s.py",
                    b"kept = []\ntry:\n    while True:\n        kept.append(bytes(10**7))\nexcept MemoryError:\n    count = len(kept)\n    kept = None\n    print(50 < count < 250, len(bytes(10**7)) == 10**7)\n",
                )],
                "ulimit -v 2000000; $TAIPAN s.py",
                Is(""),
                0,
            )
        },
        case("string_doubling", &[], "ulimit -v 1000000; $TAIPAN -c 'x = \"a\"\nwhile True: x += x'", EndsWith("MemoryError\n"), 1),
        Case {
            stdout: "memory error\n",
            ..case(
                "objects_without_end",
                &[(
                    "s.py",
                    b"class Node:\n    def __init__(self, value):\n        self.value = value\n\ndef build():\n    nodes = []\n    while True:\n        nodes.append(Node([1.5]))\n\ntry:\n    build()\nexcept MemoryError:\n    print('memory error')\n    import os, sys\n    sys.stdout.flush()\n    os._exit(0)\n",
                )],
                "ulimit -v 1000000; $TAIPAN s.py",
                Is(""),
                0,
            )
        },
        case(
            "recursion_without_end",
            &[("s.py", b"def f(n):\n    return f(n + 1)\n\nf(0)\n")],
            "$TAIPAN s.py",
            Is(concat!(
                "Traceback (most recent call last):\n  File \"s.py\", line 4, in <module>\n    f(0)\n    ~^^^\n",
                "  File \"s.py\", line 2, in f\n    return f(n + 1)\n  File \"s.py\", line 2, in f\n    return f(n + 1)\n",
                "  File \"s.py\", line 2, in f\n    return f(n + 1)\n  [Previous line repeated 996 more times]\n",
                "RecursionError: maximum recursion depth exceeded\n"
            )),
            1,
        ),
        case(
            "recursion_through_repr",
            &[("s.py", b"class A:\n    def __repr__(self):\n        return repr(self)\n\nrepr(A())\n")],
            "$TAIPAN s.py",
            EndsWith("RecursionError: maximum recursion depth exceeded\n"),
            1,
        ),
        case(
            "recursion_through_sort_and_attributes",
            &[(
                "s.py",
                b"import sys\nsys.setrecursionlimit(10**6)\n\nclass A:\n    def __lt__(self, other):\n        return sorted([self, other])\n    def __getattr__(self, name):\n        return sorted([self, self], key=lambda a: a.missing)\n\nfor action in (lambda: A() < A(), lambda: A().x):\n    try:\n        action()\n    except RecursionError:\n        pass\nraise SystemExit('survived')\n",
            )],
            "$TAIPAN s.py",
            Is("survived\n"),
            1,
        ),
    ]
}

/// Makes the folder that a case runs in.
fn prepare(name: &str, files: &[(&str, &[u8])]) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("taipan-bad-input-{}", std::process::id())).join(name);
    std::fs::create_dir_all(&folder).expect("a temporary folder");
    for (file, bytes) in files {
        let path = folder.join(file);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, bytes).expect("a file");
    }
    folder.canonicalize().expect("the folder is there")
}

/// The words of the command, for the shell.
fn quoted_command() -> String {
    let words = support::command_words();
    words.iter().map(|word| format!("'{}'", word.to_string_lossy())).collect::<Vec<_>>().join(" ")
}

/// A shell that runs a line in a folder, with `$TAIPAN` replaced by the command under test and its options.
fn shell(line: &str, folder: &Path, options: &[String]) -> Command {
    let mut command = Command::new("bash");
    let program = [quoted_command(), options.join(" ")].join(" ");
    command.arg("-c").arg(line.replace("$TAIPAN", &program)).current_dir(folder);
    support::clean_environment(&mut command);
    command
}

/// Compares an outcome with what is expected, paths of the folder left out.
fn judge(outcome: &Outcome, folder: &Path, stdout: &str, stderr: &Stderr, status: i32) -> Result<(), Failed> {
    let prefix = format!("{}/", folder.display());
    let got = outcome.stderr.replace(&prefix, "");
    let program = support::command_words().pop().expect("a command").to_string_lossy().into_owned();
    let fill = |text: &str| text.replace("{program}", &program);
    let fits = match stderr {
        Is(text) => got == fill(text),
        EndsWith(text) => got.ends_with(&fill(text)),
        Contains(text) => got.contains(&fill(text)),
    };
    let (word, text) = match stderr {
        Is(text) => ("", text),
        EndsWith(text) => ("ending with ", text),
        Contains(text) => ("with ", text),
    };
    if outcome.ending != Ending::Exit(status)
        || outcome.stdout != stdout
        || !fits
        || got.contains("panicked at")
    {
        return Err(Failed::from(format!(
            "expected Exit({status}), stdout {stdout:?}, stderr {word}{:?}\ngot {:?}, stdout {:?}, stderr:\n{got}",
            fill(text),
            outcome.ending,
            outcome.stdout
        )));
    }
    Ok(())
}

fn check(case: &Case) -> Result<(), Failed> {
    let folder = prepare(case.name, case.files);
    let outcome = support::run(shell(case.shell, &folder, &[]));
    judge(&outcome, &folder, case.stdout, &case.stderr, case.status)
}

const ENDLESS: &[u8] = b"import sys

def spin(n, pipe):
    i = 0
    while i != n:
        i += 1
        if i == 50000 and pipe:
            pipe.write('hot\\n')

for _ in range(5):
    spin(20000, None)
pipe = open('ready', 'w', buffering=1)
try:
    spin(-1, pipe)
except KeyboardInterrupt:
    if sys.argv[1] == 'uncaught':
        raise
    print('caught')
";

/// Ctrl-C in a hot loop: the loop says through a named pipe that it is hot, then the signal comes.
fn interrupt(mode: &str, caught: bool) -> Result<(), Failed> {
    let name = format!("interrupt-{mode}-{caught}");
    let folder = prepare(&name, &[("s.py", ENDLESS)]);
    let how = if caught { "caught" } else { "uncaught" };
    // exec keeps the shell's process number, so the one who waits at the pipe knows whom to interrupt.
    let line = format!("mkfifo ready; {{ read -r line <ready; kill -INT $$; }} & exec $TAIPAN s.py {how}");
    let outcome = support::run(shell(&line, &folder, &support::mode_options(mode)));
    if caught {
        return judge(&outcome, &folder, "caught\n", &Is(""), 0);
    }
    let tail = "KeyboardInterrupt";
    if outcome.ending != Ending::Signal(2) || outcome.last_error_line() != tail {
        return Err(Failed::from(format!(
            "expected death by SIGINT and {tail}, got {:?}\n{}",
            outcome.ending, outcome.stderr
        )));
    }
    if !outcome.stderr.contains("in spin\n") {
        return Err(Failed::from(format!("the traceback lacks the loop's function:\n{}", outcome.stderr)));
    }
    Ok(())
}

/// A mode that isn't there is refused before anything runs.
fn unknown_mode(line: &str) -> Result<(), Failed> {
    let folder = prepare("unknown-mode", &[]);
    let outcome = support::run(shell(line, &folder, &[]));
    if outcome.ending == Ending::Exit(2) && outcome.stdout.is_empty() && outcome.stderr.contains("nonsense") {
        return Ok(());
    }
    Err(Failed::from(format!("expected Exit(2) and a message, got {}", outcome.stored_form())))
}

const WRITE_PYC: &[u8] = b"import marshal
source = '''
def f(a, *b, c=1, **d):
    try:
        for x in range(a):
            yield [y + x for y in b] if c else {**d}
    finally:
        print(a, b, c, d)
class C:
    def __init__(self): self.x = 1
print(list(f(3, 4, 5)), C().x, f'{1.5!r:>5}', len((1, 2)))
'''
header = b'\\x2b\\x0e\\r\\n' + b'\\1\\0\\0\\0' + bytes(8)
with open('whole.pyc', 'wb') as file:
    file.write(header + marshal.dumps(compile(source, 'whole.py', 'exec')))
";

/// A `.pyc` with a damaged byte may fail or do something else, but never crash the process.
fn damaged_pyc() -> Result<(), Failed> {
    let folder = prepare("damaged-pyc", &[("write.py", WRITE_PYC)]);
    let written = support::run(shell("$TAIPAN write.py && $TAIPAN whole.pyc", &folder, &[]));
    let text = "3 (4, 5) 1 {}\n[[4, 5], [5, 6], [6, 7]] 1   1.5 2\n";
    judge(&written, &folder, text, &Is(""), 0)?;
    let whole = std::fs::read(folder.join("whole.pyc")).expect("the program wrote it");
    let mut state = support::stress_seed();
    for round in 0..80 {
        // Knuth's multiplier: a sequence that a seed repeats.
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        let position = HEADER.len() + (state >> 33) as usize % (whole.len() - HEADER.len());
        let mut damaged = whole.clone();
        damaged[position] ^= 1 << (state >> 13 & 7);
        std::fs::write(folder.join("damaged.pyc"), &damaged).expect("a file");
        // A changed jump may loop for ever, so the processor time is limited (24 is SIGXCPU).
        let outcome = support::run(shell("ulimit -t 5; exec $TAIPAN damaged.pyc", &folder, &[]));
        let ended = matches!(outcome.ending, Ending::Exit(_) | Ending::Signal(24));
        if !ended || outcome.stderr.contains("panicked at") {
            let kept = std::env::temp_dir().join("taipan-damaged.pyc");
            std::fs::write(&kept, &damaged).expect("a file");
            return Err(Failed::from(format!(
                "round {round}: byte {position} damaged ({} keeps it): {:?}\n{}",
                kept.display(),
                outcome.ending,
                outcome.stderr
            )));
        }
    }
    Ok(())
}

fn main() {
    support::take_interrupts();
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for case in cases() {
        trials.push(Trial::test(case.name, move || check(&case)));
    }
    for mode in support::modes() {
        for caught in [false, true] {
            let name = format!("interrupt::{}::{mode}", if caught { "caught" } else { "uncaught" });
            let mode = mode.clone();
            trials.push(Trial::test(name, move || interrupt(&mode, caught)));
        }
    }
    if !support::is_other_python() {
        trials
            .push(Trial::test("unknown_jit_mode", || unknown_mode("$TAIPAN -X jit=nonsense -c 'print(1)'")));
        trials.push(Trial::test("unknown_jit_mode_in_environment", || {
            unknown_mode("TAIPAN_JIT=nonsense $TAIPAN -c 'print(1)'")
        }));
        trials.push(Trial::test("damaged_pyc", damaged_pyc));
    }
    let trials = trials
        .into_iter()
        .map(|trial| {
            let ignored = support::is_not_yet(&format!("bad_input::{}", trial.name()));
            trial.with_ignored_flag(ignored)
        })
        .collect();
    let conclusion = libtest_mimic::run(&arguments, trials);
    let _ = std::fs::remove_dir_all(
        std::env::temp_dir().join(format!("taipan-bad-input-{}", std::process::id())),
    );
    conclusion.exit();
}
