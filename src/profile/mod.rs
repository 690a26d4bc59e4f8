//! `taipan profile`: where a script's time goes, and what the JIT did.
//!
//! The script runs in this process. [`sampler`] notes the Python frames at a fixed rate, [`samples`] keeps them; the engine remembers compilations and
//! exits. When the script has ended, [`model`] turns machine addresses into lines and adds all up, [`verdict`] looks at the last third of the
//! run, and [`table`], [`html`], [`firefox`] and [`json`] show it. Files are written whole or not at all.

mod advice;
mod firefox;
mod html;
mod json;
mod model;
mod options;
mod sampler;
mod samples;
mod table;
mod verdict;

pub use options::Options;

use crate::atomic_file;
use crate::tool::{self, cannot_write};
use model::Profile;
use options::Request;
use sampler::Sampler;
use std::ffi::OsString;
use std::process::ExitCode;

/// Reads the words behind `profile`; `Err` is the status to exit with at once.
pub fn parse(words: Vec<OsString>) -> Result<Options, ExitCode> {
    match options::parse(words) {
        Ok(Request::Help) => {
            print!("{}", options::HELP);
            Err(ExitCode::SUCCESS)
        }
        Ok(Request::Run(options)) => match check(&options) {
            Ok(()) => Ok(options),
            Err(message) => Err(tool::complain("profile", &message)),
        },
        Err(message) => Err(tool::complain(
            "profile",
            &format!("{message}\nTry `taipan profile -h' for more information."),
        )),
    }
}

fn check(options: &Options) -> Result<(), String> {
    tool::check_script(&options.script)?;
    for path in options.files() {
        atomic_file::probe(path).map_err(|error| cannot_write(path, &error))?;
    }
    Ok(())
}

/// A profile being taken.
pub struct Running<'a> {
    options: &'a Options,
    sampler: Sampler,
    start: u64,
    process: u32,
}

/// Before the JIT starts: its thread isn't sampled.
pub fn before_jit(options: &Options) {
    taipan_jit::code_memory::pages::watch();
    sampler::shield_new_threads(true);
    if options.perf {
        // SAFETY: no other thread runs yet that could look at the environment.
        unsafe { std::env::set_var("TAIPAN_PERF_MAP", "1") };
    }
}

/// Begins; `None` if the system doesn't let us, which has been said.
pub fn start<'a>(options: &'a Options, stack: [usize; 2]) -> Option<Running<'a>> {
    sampler::shield_new_threads(false);
    match Sampler::start(options.period, stack) {
        Ok(sampler) => Some(Running { options, sampler, start: sampler::now(), process: std::process::id() }),
        Err(error) => {
            eprintln!("taipan profile: can't sample: {}", atomic_file::describe(&error));
            None
        }
    }
}

impl Running<'_> {
    /// Ends and writes the reports. The caller holds the interpreter lock. Gives the exit status: the script's, or 2 if a file can't be written.
    pub fn end(self, status: u8) -> u8 {
        if std::process::id() != self.process {
            // The child of a fork: the profile is its parent's.
            return status;
        }
        let end = sampler::now();
        let samples = self.sampler.stop();
        let options = self.options;
        let script = options.script.to_string_lossy().into_owned();
        let period = options.period.as_nanos() as u64;
        let profile = Profile::new(script, options.jit.name().to_string(), self.start, end, period, &samples);
        match write(options, &profile) {
            Ok(()) => status,
            Err(message) => {
                eprintln!("taipan profile: {message}");
                2
            }
        }
    }
}

fn write(options: &Options, profile: &Profile) -> Result<(), String> {
    let text = table::table(profile, options.top);
    let documents = [
        (&options.output, options.output.as_ref().map(|_| text.clone())),
        (&options.html, options.html.as_ref().map(|_| html::page(profile, &text))),
        (&options.firefox, options.firefox.as_ref().map(|_| firefox::document(profile))),
        (&options.json, options.json.as_ref().map(|_| json::document(profile))),
    ];
    for (path, document) in documents {
        if let (Some(path), Some(document)) = (path, document) {
            atomic_file::write(path, document.as_bytes()).map_err(|error| cannot_write(path, &error))?;
        }
    }
    if options.output.is_none() {
        eprint!("{text}");
    }
    Ok(())
}
