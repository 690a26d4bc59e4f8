//! `taipan bench`: how fast a script is under several commands.
//!
//! [`options`] says which commands. [`measure`] takes them in turns: child processes ([`child`]) that do nothing, that run the
//! script once, and that run it again and again (`harness.py`), telling each iteration's time through a pipe. [`figures`] derives medians,
//! warm-up and break-even; [`table`], [`json`] and [`plot`] show them. Files are written at the end, whole or not at all.

mod child;
mod figures;
mod json;
mod measure;
mod options;
mod plot;
mod table;

use crate::atomic_file;
use crate::tool::{cannot_write, write_out};
use figures::Figures;
use options::{Options, Request};
use std::ffi::OsString;
use std::process::ExitCode;

/// Runs the subcommand with the words behind its name. The exit status is 0, 1 if a command failed, 2 if the call was wrong.
pub fn main(words: Vec<OsString>) -> ExitCode {
    match options::parse(words) {
        Ok(Request::Help) => {
            print!("{}", options::HELP);
            ExitCode::SUCCESS
        }
        Ok(Request::Run(options)) => run(&options).unwrap_or_else(|message| {
            eprintln!("taipan bench: {message}");
            ExitCode::from(2)
        }),
        Err(message) => {
            eprintln!("taipan bench: {message}\nTry `taipan bench -h' for more information.");
            ExitCode::from(2)
        }
    }
}

fn run(options: &Options) -> Result<ExitCode, String> {
    crate::tool::check_script(&options.script)?;
    for path in [&options.json, &options.svg].into_iter().flatten() {
        atomic_file::probe(path).map_err(|error| cannot_write(path, &error))?;
    }
    let mut subjects = measure::subjects(options)?;
    let base = match &options.base {
        Some(label) => subjects.iter().position(|subject| subject.label == *label).ok_or_else(|| {
            format!("--base {label}: must be one of the commands, such as {}", subjects[0].label)
        })?,
        None => 0,
    };
    measure::measure(options, &mut subjects);
    let figures: Vec<Option<Figures>> = subjects.iter().map(Figures::of).collect();
    write_out(&table::table(&subjects, &figures, base))?;
    if let Some(path) = &options.json {
        let document = json::document(options, &subjects, &figures, base);
        atomic_file::write(path, document.as_bytes()).map_err(|error| cannot_write(path, &error))?;
    }
    if let Some(path) = &options.svg {
        let title = match &options.call {
            Some(function) => format!("{}: {function}()", options.script.display()),
            None => options.script.display().to_string(),
        };
        let plot = plot::svg(&title, &subjects, &figures);
        atomic_file::write(path, plot.as_bytes()).map_err(|error| cannot_write(path, &error))?;
    }
    let failed = subjects.iter().any(|subject| subject.failure.is_some());
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
