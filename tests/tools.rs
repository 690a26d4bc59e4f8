//! The subcommands `bench`, `profile` and `dis`: what their output consists of, errors, exit statuses. No figure is asserted that
//! depends on the machine.

mod support;

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;
use support::{Ending, Outcome};

/// A folder with a script, gone when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, script: &str) -> Folder {
        let folder =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("tools-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("the folder for temporary files can be written");
        std::fs::write(folder.join("s.py"), script).expect("a file can be written there");
        Folder(folder)
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = support::taipan();
        command.args(words).current_dir(&self.0);
        command
    }

    fn run(&self, words: &[&str]) -> Outcome {
        support::run(self.command(words))
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn json(&self, name: &str) -> Value {
        serde_json::from_str(&self.read(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.0).expect("the folder can be read");
        let mut names: Vec<String> = entries
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// `bench` starts its own executable, which an emulator doesn't do for it.
fn is_emulated() -> bool {
    std::env::var_os("TAIPAN_TEST_RUNNER").is_some()
}

fn contains(outcome: &str, parts: &[&str]) {
    for part in parts {
        assert!(outcome.contains(part), "{part:?} is missing in\n{outcome}");
    }
}

const HOT: &str = "\
import sys

def work(n):
    total = 0
    for i in range(n):
        total += i * 3 % 7
    return total

def main():
    text = ''
    for k in range(60):
        text = '%d' % work(2000)
    print('result', text)

main()
";

#[test]
fn bench_compares_commands() {
    if is_emulated() {
        return;
    }
    let folder = Folder::new("bench", HOT);
    let words = [
        "bench",
        "--rounds",
        "2",
        "--seconds",
        "0",
        "--iterations",
        "3",
        "--json",
        "b.json",
        "--svg",
        "b.svg",
        "s.py",
    ];
    let outcome = folder.run(&words);
    assert_eq!(outcome.ending, Ending::Exit(0), "{}", outcome.stderr);
    let lines: Vec<&str> = outcome.stdout.lines().collect();
    contains(lines[0], &["command", "start-up", "first", "steady", "warm-up", "break-even", "peak MiB"]);
    assert!(lines[1].starts_with("jit=off ") && lines[2].starts_with("jit=on "), "{}", outcome.stdout);
    contains(&outcome.stderr, &["[1/4] round 1 of 2: jit=off", "[4/4] round 2 of 2: jit=on"]);
    let document = folder.json("b.json");
    assert_eq!(document["commands"].as_array().map(Vec::len), Some(2));
    for command in document["commands"].as_array().expect("a list") {
        assert_eq!(command["failure"], Value::Null);
        assert_eq!(command["iterations"].as_array().map(Vec::len), Some(2));
        for figure in ["start_up_ms", "script_ms", "first_ms", "steady_ms", "peak_mib"] {
            assert!(
                command["figures"][figure].as_f64().is_some_and(|number| number > 0.0),
                "{figure}: {command}"
            );
        }
    }
    let plot = folder.read("b.svg");
    assert!(plot.starts_with("<svg ") && plot.ends_with("</svg>\n"));
    contains(&plot, &["jit=off", "jit=on", "<path "]);
    assert_eq!(folder.names(), ["b.json", "b.svg", "s.py"]);
}

#[test]
fn bench_calls_a_function() {
    if is_emulated() {
        return;
    }
    let folder = Folder::new("call", "def go():\n    return sum(range(100))\n");
    let words = ["bench", "--rounds", "1", "--seconds", "0", "--modes", "off"];
    let outcome = folder.run(&[&words[..], &["--call", "go", "s.py"]].concat());
    assert_eq!(outcome.ending, Ending::Exit(0), "{}", outcome.stderr);
    let outcome = folder.run(&[&words[..], &["--call", "stop", "s.py"]].concat());
    assert_eq!(outcome.ending, Ending::Exit(1));
    contains(&outcome.stderr, &["jit=off failed: exit status 1: s.py has no function 'stop'"]);
}

#[test]
fn bench_tells_what_is_wrong() {
    let folder = Folder::new("wrong", "import sys\nsys.exit('no luck')\n");
    for (words, message) in [
        (&["bench"][..], "taipan bench: a script is missing"),
        (&["bench", "t.py"], "taipan bench: can't open file 't.py': [Errno 2] No such file or directory"),
        (&["bench", "."], "taipan bench: '.' is a directory"),
        (&["bench", "--against", "python0.9", "s.py"], "taipan bench: python0.9: command not found"),
        (
            &["bench", "--modes", "fast", "s.py"],
            "taipan bench: --modes fast: must be off, on, eager or stress",
        ),
        (&["bench", "--rounds", "0", "s.py"], "taipan bench: --rounds 0: must be a positive number"),
        (&["bench", "--base", "x", "s.py"], "taipan bench: --base x: must be one of the commands"),
        (
            &["bench", "--json", "no/b.json", "s.py"],
            "taipan bench: can't write 'no/b.json': [Errno 2] No such file or directory",
        ),
    ] {
        let outcome = folder.run(words);
        assert_eq!(outcome.ending, Ending::Exit(2), "{words:?}: {}", outcome.stderr);
        contains(&outcome.stderr, &[message]);
        assert_eq!(outcome.stdout, "");
    }
    if !is_emulated() {
        let outcome = folder.run(&["bench", "--rounds", "1", "--json", "b.json", "s.py"]);
        assert_eq!(outcome.ending, Ending::Exit(1));
        contains(&outcome.stderr, &["taipan bench: jit=off failed: exit status 1: no luck"]);
        contains(&outcome.stdout, &["jit=off    failed", "jit=on     failed"]);
        assert_eq!(folder.json("b.json")["commands"][0]["failure"], "exit status 1: no luck");
    }
}

#[test]
fn interrupted_bench_leaves_nothing() {
    if is_emulated() {
        return;
    }
    support::take_interrupts();
    let folder = Folder::new("interrupt", "import time\nopen('begun', 'w').close()\ntime.sleep(50)\n");
    let begun = folder.0.join("begun");
    let command = folder.command(&["bench", "--json", "b.json", "s.py"]);
    let outcome = support::run_with(command, b"", |process| {
        let start = std::time::Instant::now();
        while !begun.exists() && start.elapsed() < support::timeout() {
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        // SAFETY: a signal to our own child.
        unsafe { libc::kill(process as i32, libc::SIGINT) };
    });
    assert_eq!(outcome.ending, Ending::Signal(libc::SIGINT), "{}", outcome.stderr);
    assert_eq!(folder.names(), ["begun", "s.py"]);
}

#[test]
fn profile_reports() {
    let folder = Folder::new("profile", HOT);
    let files = ["--html", "p.html", "--firefox", "p.firefox", "--json", "p.json"];
    let outcome = folder.run(&[&["profile"], &files[..], &["s.py"]].concat());
    assert_eq!(outcome.ending, Ending::Exit(0), "{}", outcome.stderr);
    assert_eq!(outcome.stdout, "result 6001\n");
    contains(
        &outcome.stderr,
        &[
            "profile of s.py with jit=on",
            "functions",
            "loops",
            "compilations: ",
            "exits from compiled code: ",
            "last third",
            "recompilation: at most ",
        ],
    );
    let profile = folder.json("p.json");
    assert_eq!(profile["jit"], "on");
    for list in ["functions", "loops", "units", "exits", "not_compiled", "generic"] {
        assert!(profile[list].is_array(), "{list}");
    }
    for figure in ["iterations", "exits", "exits_per_iteration", "versions", "compilations"] {
        assert!(profile["last_third"][figure].is_number(), "{figure}");
    }
    let page = folder.read("p.html");
    contains(&page, &["<!DOCTYPE html>", "def work(n):", "\"flame\":"]);
    assert!(!page.contains("/*DATA*/"));
    let firefox = folder.json("p.firefox");
    assert!(firefox["threads"][0]["stackTable"].is_object());
    assert_eq!(folder.names(), ["p.firefox", "p.html", "p.json", "s.py"]);
}

#[test]
fn profile_tells_exits_and_compilations() {
    let script = "\
def add(a, b):
    return a + b

def run(values):
    total = values[0]
    for k in range(3000):
        total = add(total, values[k % 2])
    return total

run([1, 2])
run([1, 2])
run([1.5, 2.5])
run([2**70, 2**71])
";
    let folder = Folder::new("exits", script);
    let outcome = folder.run(&["profile", "--jit", "eager", "--json", "p.json", "s.py"]);
    assert_eq!(outcome.ending, Ending::Exit(0), "{}", outcome.stderr);
    let profile = folder.json("p.json");
    let units = profile["units"].as_array().expect("a list");
    let compiled = |unit: &&Value| unit["site"]["function"] == "run" && unit["bytes"].as_u64() > Some(0);
    assert!(units.iter().any(|unit| compiled(&unit)), "{units:?}");
    let exits = profile["exits"].as_array().expect("a list");
    assert!(!exits.is_empty(), "{}", outcome.stderr);
    for exit in exits {
        assert!(
            exit["reason"].is_string()
                && exit["site"]["line"].is_number()
                && exit["times"].as_u64() > Some(0)
        );
    }
    assert!(profile["last_third"]["versions"].as_u64() <= Some(12));
}

#[test]
fn profile_keeps_the_exit_status() {
    let folder = Folder::new("status", "import sys\nprint(sys.argv)\nsys.exit(3)\n");
    let outcome = folder.run(&["profile", "-o", "p.txt", "s.py", "--html", "x"]);
    assert_eq!(
        (outcome.ending, &outcome.stdout[..], &outcome.stderr[..]),
        (Ending::Exit(3), "['s.py', '--html', 'x']\n", "")
    );
    contains(&folder.read("p.txt"), &["profile of s.py"]);
    std::fs::write(folder.0.join("s.py"), "1 / 0\n").expect("the folder can be written");
    let outcome = folder.run(&["profile", "s.py"]);
    assert_eq!(outcome.ending, Ending::Exit(1));
    contains(&outcome.stderr, &["ZeroDivisionError: division by zero", "profile of s.py"]);
}

#[test]
fn profile_of_forks_and_threads() {
    let script = "\
import os, threading
def spin(n):
    return sum(i * i for i in range(n))
threads = [threading.Thread(target=spin, args=(20000,)) for _ in range(3)]
for thread in threads: thread.start()
child = os.fork()
if child:
    os.waitpid(child, 0)
for thread in threads:
    if child: thread.join()
spin(50000)
print('parent' if child else 'child', flush=True)
";
    let folder = Folder::new("fork", script);
    let outcome = folder.run(&["profile", "s.py"]);
    assert_eq!(outcome.ending, Ending::Exit(0), "{}", outcome.stderr);
    assert_eq!(outcome.stdout, "child\nparent\n");
    assert_eq!(outcome.stderr.matches("profile of s.py").count(), 1, "{}", outcome.stderr);
}

#[test]
fn dis_shows_all_parts() {
    let folder = Folder::new("dis", HOT);
    let outcome = folder.run(&["dis", "--jit", "eager", "--function", "work", "s.py"]);
    assert_eq!(outcome.ending, Ending::Exit(0), "{}", outcome.stderr);
    contains(
        &outcome.stdout,
        &[
            "=== work (s.py:3)\n--- bytecode\n",
            "              LOAD_SMALL_INT           3\n",
            "--- HIR as built: loop at line 5, version ",
            "--- HIR optimized: ",
            "block0:\n",
            "--- machine code: ",
            "  ; line 6 BINARY_OP in work\n",
        ],
    );
    assert!(!outcome.stdout.contains("result"), "the script's output is shown");
}

#[test]
fn dis_of_bytecode_runs_nothing() {
    let folder = Folder::new("bytecode", "def f(a):\n    return a\nprint('ran')\n");
    let outcome = folder.run(&["dis", "--show", "bytecode", "--function", "f", "s.py"]);
    assert_eq!(outcome.ending, Ending::Exit(0), "{}", outcome.stderr);
    let expected = "\
=== f (s.py:1)
  1           RESUME                   0

  2           LOAD_FAST_BORROW         0 (a)
              RETURN_VALUE
";
    assert_eq!(outcome.stdout, expected);
    let outcome = folder.run(&["dis", "--show", "bytecode", "-o", "d.txt", "s.py"]);
    assert_eq!((outcome.ending, &outcome.stdout[..]), (Ending::Exit(0), ""));
    contains(
        &folder.read("d.txt"),
        &["  0           RESUME                   0\n", "\nDisassembly of <code object f at 0x"],
    );
}

#[test]
fn dis_tells_what_is_wrong() {
    let folder = Folder::new("dis-wrong", "x = (\n");
    for (words, message, status) in [
        (&["dis"][..], "taipan dis: a script is missing", 2),
        (&["dis", "t.py"], "taipan dis: can't open file 't.py': [Errno 2] No such file or directory", 2),
        (
            &["dis", "--show", "all", "s.py"],
            "taipan dis: --show all: must be bytecode, built, optimized or machine",
            2,
        ),
        (&["dis", "--jit", "off", "s.py"], "taipan dis: --jit off: compiles nothing that could be shown", 2),
        (&["dis", "s.py"], "SyntaxError: '(' was never closed", 1),
    ] {
        let outcome = folder.run(words);
        assert_eq!(outcome.ending, Ending::Exit(status), "{words:?}: {}", outcome.stderr);
        contains(&outcome.stderr, &[message]);
    }
    std::fs::write(folder.0.join("s.py"), "x = 1\n").expect("the folder can be written");
    let outcome = folder.run(&["dis", "--function", "f", "s.py"]);
    assert_eq!(outcome.ending, Ending::Exit(2));
    contains(&outcome.stderr, &["taipan dis: s.py has no function f"]);
}

#[test]
fn help() {
    let folder = Folder::new("help", "");
    for tool in ["bench", "profile", "dis"] {
        let outcome = folder.run(&[tool, "-h"]);
        assert_eq!(outcome.ending, Ending::Exit(0));
        assert!(outcome.stdout.starts_with(&format!("usage: taipan {tool} [option] ... SCRIPT [arg] ...\n")));
        contains(&folder.run(&["-h"]).stdout, &[&format!("\n{tool}")]);
    }
}
