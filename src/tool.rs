//! What the subcommands have in common: those that run a script in this process do something before and after it.

use crate::atomic_file;
use crate::options::JitMode;
use crate::{dis, profile};
use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;
use taipan_jit::engine::Observe;

/// A tool that runs the script in this process.
#[derive(Debug)]
pub enum Tool {
    Profile(profile::Options),
    Dis(dis::Options),
}

/// A tool at work.
pub enum Running<'a> {
    Profile(profile::Running<'a>),
    Dis(dis::Running<'a>),
}

impl Tool {
    /// What the JIT is to remember.
    pub fn observe(&self) -> Observe {
        match self {
            Tool::Profile(_) => Observe::Events,
            Tool::Dis(_) => Observe::Listings,
        }
    }

    /// The script and its arguments.
    pub fn program(&self) -> (&Path, &[OsString]) {
        match self {
            Tool::Profile(options) => (&options.script, &options.arguments),
            Tool::Dis(options) => (&options.script, &options.arguments),
        }
    }

    /// The JIT's mode.
    pub fn jit(&self) -> JitMode {
        match self {
            Tool::Profile(options) => options.jit,
            Tool::Dis(options) => options.jit,
        }
    }

    /// Called before the JIT starts its thread.
    pub fn before_jit(&self) {
        if let Tool::Profile(options) = self {
            profile::before_jit(options);
        }
    }

    /// Called before the script runs. `stack` are the ends of the native stack.
    pub fn start(&self, stack: [usize; 2]) -> Option<Running<'_>> {
        match self {
            Tool::Profile(options) => profile::start(options, stack).map(Running::Profile),
            Tool::Dis(options) => dis::start(options).map(Running::Dis),
        }
    }
}

impl Running<'_> {
    /// Called behind the script, with its exit status; gives the process's. The caller holds the interpreter lock.
    pub fn end(self, status: u8) -> u8 {
        match self {
            Running::Profile(running) => running.end(status),
            Running::Dis(running) => running.end(status),
        }
    }
}

/// Says what is wrong with the call of a subcommand; gives the exit status.
pub fn complain(subcommand: &str, message: &str) -> ExitCode {
    eprintln!("taipan {subcommand}: {message}");
    ExitCode::from(2)
}

/// Reads a mode of the JIT.
pub fn jit_mode(name: &str) -> Result<JitMode, String> {
    JitMode::from_name(name).ok_or_else(|| format!("--jit {name}: must be off, on, eager or stress"))
}

/// Says, in Python's words, why a script can't be read.
pub fn check_script(path: &Path) -> Result<(), String> {
    let opened = std::fs::File::open(path).and_then(|file| file.metadata());
    match opened {
        Ok(data) if data.is_dir() => Err(format!("'{}' is a directory", path.display())),
        Ok(_) => Ok(()),
        Err(error) => Err(format!("can't open file '{}': {}", path.display(), atomic_file::describe(&error))),
    }
}

/// What to say when a file can't be written.
pub fn cannot_write(path: &Path, error: &std::io::Error) -> String {
    format!("can't write '{}': {}", path.display(), atomic_file::describe(error))
}

/// Writes text to standard output. A reader that has seen enough is no error.
pub fn write_out(text: &str) -> Result<(), String> {
    use std::io::Write;
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(format!("can't write to standard output: {}", atomic_file::describe(&error)))
        }
        _ => Ok(()),
    }
}
