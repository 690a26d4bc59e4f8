//! Progress of long work, on standard error: one line that is rewritten on a terminal, a line a step elsewhere.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// How often the line of a running step is rewritten.
const INTERVAL: Duration = Duration::from_millis(100);

/// A line of progress.
pub struct Progress {
    total: usize,
    done: usize,
    terminal: bool,
    shown: Option<Instant>,
}

impl Progress {
    /// Progress through a number of steps.
    pub fn new(total: usize) -> Progress {
        Progress { total, done: 0, terminal: std::io::stderr().is_terminal(), shown: None }
    }

    /// The next step begins.
    pub fn step(&mut self, what: &str) {
        self.done += 1;
        let line = format!("[{}/{}] {what}", self.done, self.total);
        if self.terminal {
            self.rewrite(&line);
            self.shown = Some(Instant::now());
        } else {
            eprintln!("{line}");
        }
    }

    /// Something happened within the step.
    pub fn detail(&mut self, what: &str) {
        if self.terminal && self.shown.is_none_or(|shown| shown.elapsed() >= INTERVAL) {
            self.rewrite(&format!("[{}/{}] {what}", self.done, self.total));
            self.shown = Some(Instant::now());
        }
    }

    fn rewrite(&self, line: &str) {
        let mut stderr = std::io::stderr().lock();
        // Progress that can't be shown is no reason to stop.
        let _ = write!(stderr, "\r\x1b[K{line}");
        let _ = stderr.flush();
    }

    /// Takes the line away.
    pub fn finish(&mut self) {
        if self.terminal {
            self.rewrite("");
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.finish();
    }
}
