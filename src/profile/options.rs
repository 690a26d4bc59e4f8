//! The command line of `taipan profile`.

use crate::options::JitMode;
use lexopt::prelude::*;
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

pub const HELP: &str = "usage: taipan profile [option] ... SCRIPT [arg] ...
Runs a script with the JIT and tells, when it has ended, where its time went: functions and loops, interpreted and compiled,
compilations, exits from compiled code and their reasons, and what stays generic. The report goes to standard error.
--jit MODE        : off, on, eager or stress (default on)
--rate N          : samples a second (default 1000)
--top N           : the most lines of a list (default 15)
-o, --output FILE : write the report to a file
--html FILE       : write a page with a flame graph and annotated source
--firefox FILE    : write a profile for https://profiler.firefox.com
--json FILE       : write everything as JSON
--perf            : name compiled code for perf, in /tmp/perf-PID.map
-h, --help        : print this help message and exit
";

/// What to do.
#[derive(Clone, Debug)]
pub struct Options {
    pub jit: JitMode,
    pub period: Duration,
    pub top: usize,
    pub output: Option<PathBuf>,
    pub html: Option<PathBuf>,
    pub firefox: Option<PathBuf>,
    pub json: Option<PathBuf>,
    pub perf: bool,
    pub script: PathBuf,
    pub arguments: Vec<OsString>,
}

impl Options {
    /// The files to write.
    pub fn files(&self) -> impl Iterator<Item = &PathBuf> {
        [&self.output, &self.html, &self.firefox, &self.json].into_iter().flatten()
    }
}

/// What the command line asks for.
pub enum Request {
    Help,
    Run(Options),
}

/// Reads the words behind `profile`.
pub fn parse(words: Vec<OsString>) -> Result<Request, String> {
    let mut options = Options {
        jit: JitMode::On,
        period: Duration::from_millis(1),
        top: 15,
        output: None,
        html: None,
        firefox: None,
        json: None,
        perf: false,
        script: PathBuf::new(),
        arguments: Vec::new(),
    };
    let mut parser = lexopt::Parser::from_args(words);
    let mut script = None;
    while let Some(argument) = parser.next().map_err(|error| error.to_string())? {
        match argument {
            Short('h') | Long("help") => return Ok(Request::Help),
            Long("jit") => options.jit = crate::tool::jit_mode(&text(&mut parser)?)?,
            Long("rate") => {
                let rate: u32 = number("--rate", &text(&mut parser)?, 1..=10_000)?;
                options.period = Duration::from_secs(1) / rate;
            }
            Long("top") => options.top = number("--top", &text(&mut parser)?, 1..=u32::MAX)? as usize,
            Short('o') | Long("output") => options.output = Some(path(&mut parser)?),
            Long("html") => options.html = Some(path(&mut parser)?),
            Long("firefox") => options.firefox = Some(path(&mut parser)?),
            Long("json") => options.json = Some(path(&mut parser)?),
            Long("perf") => options.perf = true,
            Value(path) => {
                script = Some(path);
                // Everything behind the script is its own.
                options.arguments = parser.raw_args().map_err(|error| error.to_string())?.collect();
                break;
            }
            other => return Err(other.unexpected().to_string()),
        }
    }
    options.script = script.ok_or("a script is missing")?.into();
    Ok(Request::Run(options))
}

fn path(parser: &mut lexopt::Parser) -> Result<PathBuf, String> {
    Ok(parser.value().map_err(|error| error.to_string())?.into())
}

fn text(parser: &mut lexopt::Parser) -> Result<String, String> {
    let word = parser.value().map_err(|error| error.to_string())?;
    word.into_string().map_err(|word| format!("{word:?} is not valid UTF-8"))
}

fn number(option: &str, word: &str, range: std::ops::RangeInclusive<u32>) -> Result<u32, String> {
    let number = word.parse().ok().filter(|number| range.contains(number));
    number
        .ok_or_else(|| format!("{option} {word}: must be a number from {} to {}", range.start(), range.end()))
}
