//! The `taipan` command.
//!
//! [`options`] reads the command line and the environment as CPython does, [`run`] starts the interpreter and runs what was asked
//! for. The tools `bench`, `profile` and `dis` are subcommands of their own.

mod options;
mod run;

use std::process::ExitCode;

/// Native stack of the main Python thread: deep recursion through native code must end in RecursionError, not in a crash.
const NATIVE_STACK: usize = 256 << 20;
/// Part of it that is kept for raising that error.
const NATIVE_STACK_RESERVE: usize = 1 << 20;

fn main() -> ExitCode {
    let options = match options::parse(std::env::args_os().collect()) {
        Ok(options) => options,
        Err(exit) => return exit,
    };
    let mut size = NATIVE_STACK;
    loop {
        let options = options.clone();
        let body = move || {
            let here = 0u8;
            let limit = (&raw const here as usize).saturating_sub(size - NATIVE_STACK_RESERVE);
            run::run(&options, limit)
        };
        match std::thread::Builder::new().name("main".into()).stack_size(size).spawn(body) {
            Ok(main) => {
                return match main.join() {
                    Ok(status) => ExitCode::from(status),
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
