//! The `taipan` command.
//!
//! [`options`] reads the command line and the environment as CPython does, [`run`] starts the interpreter and runs what was asked
//! for. The tools are subcommands of their own: [`bench`] runs child processes, [`profile`] and [`dis`] run the script in this one and do
//! something before and after it ([`tool`]).

mod atomic_file;
mod bench;
mod closed_streams;
mod dis;
mod options;
mod profile;
mod progress;
mod run;
mod tool;

use std::ffi::OsString;
use std::process::ExitCode;
use tool::Tool;

/// Native stack of the main Python thread: deep recursion through native code must end in RecursionError, not in a crash.
const NATIVE_STACK: usize = 256 << 20;
/// Part of it that is kept for raising that error.
const NATIVE_STACK_RESERVE: usize = 1 << 20;

fn main() -> ExitCode {
    closed_streams::close_again();
    let options = match read_words() {
        Ok(options) => options,
        Err(exit) => return exit,
    };
    let mut size = NATIVE_STACK;
    let process = std::process::id();
    loop {
        let options = options.clone();
        let body = move || {
            let here = 0u8;
            let limit = (&raw const here as usize).saturating_sub(size - NATIVE_STACK_RESERVE);
            let status = run::run(&options, limit);
            if std::process::id() != process {
                // The child of a fork: this is its only thread, and nobody waits for it.
                taipan_stdlib::signal::die_if_interrupted();
                std::process::exit(status.into());
            }
            status
        };
        match std::thread::Builder::new().name("main".into()).stack_size(size).spawn(body) {
            Ok(main) => {
                block_signals();
                return match main.join() {
                    Ok(status) => {
                        unblock_signals();
                        taipan_stdlib::signal::die_if_interrupted();
                        ExitCode::from(status)
                    }
                    Err(_) => ExitCode::from(134),
                };
            }
            // Little address space (`ulimit -v`): a smaller stack will do.
            Err(_) if size > 8 << 20 => size /= 2,
            Err(error) => {
                eprintln!("taipan: can't start the main thread: {error}");
                return ExitCode::from(1);
            }
        }
    }
}

/// What to run, which the first word decides: a subcommand is one only if it is the very first.
fn read_words() -> Result<options::Options, ExitCode> {
    let all: Vec<OsString> = std::env::args_os().collect();
    let rest = || all[2..].to_vec();
    let tool = match all.get(1).and_then(|word| word.to_str()) {
        Some("bench") => return Err(bench::main(rest())),
        Some("profile") => Tool::Profile(profile::parse(rest())?),
        Some("dis") => Tool::Dis(dis::parse(rest())?),
        _ => return options::parse(all),
    };
    options::for_tool(all, tool)
}

/// Leaves signals to the Python thread, so that they interrupt its system calls.
fn block_signals() {
    set_mask(true);
}

fn unblock_signals() {
    set_mask(false);
}

fn set_mask(block: bool) {
    // SAFETY: a mask of this stack, initialised before it is used.
    unsafe {
        let mut mask: libc::sigset_t = std::mem::zeroed();
        if block {
            libc::sigfillset(&mut mask);
        } else {
            libc::sigemptyset(&mut mask);
        }
        libc::pthread_sigmask(libc::SIG_SETMASK, &mask, std::ptr::null_mut());
    }
}
