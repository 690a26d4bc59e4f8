//! What the integration tests share: running the command under test with a time limit, and comparing what it
//! did with a stored outcome.
//!
//! The command is the `taipan` that cargo built for these tests. Environment variables change what is run:
//! `TAIPAN_UNDER_TEST` names another command (the oracle must pass its own stored outcomes),
//! `TAIPAN_TEST_RUNNER` a prefix such as an emulator, `TAIPAN_TEST_TIMEOUT` the seconds a run may take,
//! `TAIPAN_TEST_SEED` the seed of the stress mode, `TAIPAN_TEST_MODES` the modes, separated by commas.

// Each test binary uses its own part of this module.
#![allow(dead_code)]

use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::{Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// The modes every program runs in.
pub const MODES: [&str; 4] = ["off", "on", "eager", "stress"];

/// Takes Ctrl-C as a terminal's programs do, and so do the commands under test: what a shell starts in the background ignores it.
pub fn take_interrupts() {
    // SAFETY: the default action is no code of ours.
    unsafe { libc::signal(libc::SIGINT, libc::SIG_DFL) };
}

/// Whether a test is known not to pass yet: it is listed in `tests/not_yet.txt`, one name a line. What doesn't pass in the interpreter
/// (`::off`) isn't expected to pass compiled either. Such tests are counted and shown as ignored; `cargo test -- --ignored` runs them.
pub fn is_not_yet(test: &str) -> bool {
    let interpreted: Vec<&str> =
        test.split("::").map(|part| if MODES.contains(&part) { MODES[0] } else { part }).collect();
    let interpreted = interpreted.join("::");
    include_str!("../not_yet.txt").lines().any(|line| line == test || line == interpreted)
}

/// The folder of the test programs, absolute and free of links: CPython puts it into tracebacks.
pub fn programs_folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join("programs");
    folder.canonicalize().unwrap_or(folder)
}

/// The names of all test programs, sorted.
pub fn program_names() -> Vec<String> {
    let entries = std::fs::read_dir(programs_folder()).expect("tests/programs can't be read");
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter_map(|name| name.strip_suffix(".py").map(str::to_owned))
        .collect();
    names.sort();
    names
}

/// The modes asked for by `TAIPAN_TEST_MODES`, else all.
pub fn modes() -> Vec<String> {
    match std::env::var("TAIPAN_TEST_MODES") {
        Ok(list) => list.split(',').map(|mode| mode.trim().to_owned()).collect(),
        Err(_) => MODES.map(str::to_owned).to_vec(),
    }
}

/// The seed of the stress mode: fixed, so that a failure repeats, unless the environment names another.
pub fn stress_seed() -> u64 {
    std::env::var("TAIPAN_TEST_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(1)
}

/// How long a run may take before it counts as hanging.
pub fn timeout() -> Duration {
    let seconds = std::env::var("TAIPAN_TEST_TIMEOUT").ok().and_then(|text| text.parse().ok()).unwrap_or(60);
    Duration::from_secs(seconds)
}

/// The options that select a mode.
pub fn mode_options(mode: &str) -> Vec<String> {
    let mut options = vec!["-X".to_owned(), format!("jit={mode}")];
    if mode == "stress" {
        options.extend(["-X".to_owned(), format!("jit-seed={}", stress_seed())]);
    }
    options
}

/// The words that start the command under test.
pub fn command_words() -> Vec<OsString> {
    let mut words: Vec<OsString> = match std::env::var("TAIPAN_TEST_RUNNER") {
        Ok(runner) => runner.split_whitespace().map(OsString::from).collect(),
        Err(_) => Vec::new(),
    };
    words.push(
        std::env::var_os("TAIPAN_UNDER_TEST").unwrap_or_else(|| OsString::from(env!("CARGO_BIN_EXE_taipan"))),
    );
    words
}

/// Whether the command under test is another Python than Taipan.
pub fn is_other_python() -> bool {
    std::env::var_os("TAIPAN_UNDER_TEST").is_some()
}

/// The command under test in a clean environment, in the folder of the programs.
pub fn taipan() -> Command {
    let words = command_words();
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).current_dir(programs_folder());
    clean_environment(&mut command);
    command
}

/// Leaves only what a run needs in a command's environment, as `scripts/store_expected.py` does.
pub fn clean_environment(command: &mut Command) {
    command.env_clear();
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    command.env("HOME", "/nonexistent").env("LC_ALL", "C.UTF-8");
    command.env("PYTHONHASHSEED", "0").env("PYTHONDONTWRITEBYTECODE", "1");
}

/// How a run ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ending {
    Exit(i32),
    Signal(i32),
    TimedOut,
}

/// What a run printed, and how it ended.
pub struct Outcome {
    pub stdout: String,
    pub stderr: String,
    pub ending: Ending,
    pub elapsed: Duration,
}

impl Outcome {
    /// The outcome as `scripts/store_expected.py` stores it.
    pub fn stored_form(&self) -> String {
        let ending = match self.ending {
            Ending::Exit(status) => format!("exit {status}"),
            Ending::Signal(number) => format!("killed by signal {number}"),
            Ending::TimedOut => format!("timed out after {:.0} s", self.elapsed.as_secs_f64()),
        };
        format!("{}-- stderr --\n{}-- {ending} --\n", closed(&self.stdout), closed(&self.stderr))
    }

    /// The last line of standard error, where Python says what went wrong.
    pub fn last_error_line(&self) -> &str {
        self.stderr.lines().next_back().unwrap_or("")
    }
}

fn closed(text: &str) -> String {
    if text.is_empty() || text.ends_with('\n') { text.to_owned() } else { format!("{text}\n\\ no newline\n") }
}

fn ending(status: ExitStatus) -> Ending {
    use std::os::unix::process::ExitStatusExt;
    match status.code() {
        Some(code) => Ending::Exit(code),
        None => Ending::Signal(status.signal().unwrap_or(0)),
    }
}

/// Reads a stream to its end on a thread of its own.
fn drain(mut stream: impl Read + Send + 'static, which: usize, sender: mpsc::Sender<(usize, Vec<u8>)>) {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        let _ = sender.send((which, bytes));
    });
}

/// Runs a command to its end, or kills it when the time is up. `during` may act on the running process.
pub fn run_with(mut command: Command, stdin: &[u8], during: impl FnOnce(u32)) -> Outcome {
    command.stdin(if stdin.is_empty() { Stdio::null() } else { Stdio::piped() });
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let start = Instant::now();
    let mut child = command.spawn().unwrap_or_else(|error| panic!("can't start {command:?}: {error}"));
    let (sender, receiver) = mpsc::channel();
    drain(child.stdout.take().expect("piped"), 0, sender.clone());
    drain(child.stderr.take().expect("piped"), 1, sender);
    if let Some(mut pipe) = child.stdin.take() {
        // A program that ends without reading closes the pipe: not this test's matter.
        let _ = pipe.write_all(stdin);
    }
    during(child.id());
    let limit = timeout();
    let mut streams = [Vec::new(), Vec::new()];
    let mut timed_out = false;
    for _ in 0..2 {
        let left = limit.saturating_sub(start.elapsed());
        match receiver.recv_timeout(left) {
            Ok((which, bytes)) => streams[which] = bytes,
            Err(_) if !timed_out => {
                timed_out = true;
                let _ = child.kill();
                if let Ok((which, bytes)) = receiver.recv_timeout(Duration::from_secs(2)) {
                    streams[which] = bytes;
                }
            }
            Err(_) => {}
        }
    }
    let status = child.wait().expect("the child can be waited for");
    let folder = format!("{}/", programs_folder().display());
    let [stdout, stderr] = streams.map(|bytes| String::from_utf8_lossy(&bytes).replace(&folder, ""));
    let ending = if timed_out { Ending::TimedOut } else { ending(status) };
    Outcome { stdout, stderr, ending, elapsed: start.elapsed() }
}

/// Runs a command to its end without input.
pub fn run(command: Command) -> Outcome {
    run_with(command, b"", |_| {})
}

/// The shell command that repeats a run of a program.
pub fn reproduction(name: &str, options: &[String], environment: &[(&str, String)]) -> String {
    let mut text = format!("(cd {} &&", programs_folder().display());
    for (key, value) in environment {
        let _ = write!(text, " {key}={value}");
    }
    for word in command_words() {
        let _ = write!(text, " {}", word.to_string_lossy());
    }
    let _ = write!(text, " {} {name}.py)", options.join(" "));
    text
}

/// Says where two outcomes first differ, with the lines around it.
pub fn difference(expected: &str, got: &str) -> String {
    let expected: Vec<&str> = expected.lines().collect();
    let got: Vec<&str> = got.lines().collect();
    let shared = expected.iter().zip(&got).take_while(|(a, b)| a == b).count();
    let mut text = format!("first difference in line {}:\n", shared + 1);
    for line in &expected[shared.saturating_sub(2)..shared] {
        let _ = writeln!(text, "      {}", clipped(line));
    }
    const SHOWN: usize = 6;
    for line in expected.iter().skip(shared).take(SHOWN) {
        let _ = writeln!(text, "  exp {}", clipped(line));
    }
    for line in got.iter().skip(shared).take(SHOWN) {
        let _ = writeln!(text, "  got {}", clipped(line));
    }
    // The interesting part of a crash is the end of standard error, not the line that is missing.
    if got.len() > shared + SHOWN {
        let _ = writeln!(text, "  got ends with:");
        for line in &got[got.len().saturating_sub(5).max(shared + SHOWN)..] {
            let _ = writeln!(text, "      {}", clipped(line));
        }
    }
    text
}

fn clipped(line: &str) -> String {
    const WIDTH: usize = 240;
    if line.chars().count() <= WIDTH {
        return line.to_owned();
    }
    format!("{}... ({} characters)", line.chars().take(WIDTH).collect::<String>(), line.chars().count())
}

/// Runs a program with options and compares it with its stored outcome.
pub fn check_program(name: &str, options: &[String], environment: &[(&str, String)]) -> Result<(), String> {
    let stored = programs_folder().join(format!("{name}.expected"));
    let expected = std::fs::read(&stored).map_err(|error| {
        format!("{}: {error}; scripts/store_expected.py {name} makes it", stored.display())
    })?;
    let expected = String::from_utf8_lossy(&expected);
    let mut command = taipan();
    command.args(options).arg(format!("{name}.py"));
    for (key, value) in environment {
        command.env(key, value);
    }
    let got = run(command).stored_form();
    if got == expected {
        return Ok(());
    }
    Err(format!("{}\n{}", reproduction(name, options, environment), difference(&expected, &got)))
}
