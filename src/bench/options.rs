//! The command line of `taipan bench`.

use lexopt::prelude::*;
use std::ffi::OsString;
use std::path::PathBuf;

pub const HELP: &str = "usage: taipan bench [option] ... SCRIPT [arg] ...
Runs a script under several commands, in turns, and compares start-up, first run, warm-up, steady state and memory.
An iteration is a run of the script in a fresh namespace of a process that goes on, or a call of one of its functions.
--modes LIST      : modes of Taipan, separated by commas (default off,on; also eager, stress)
--against LIST    : other Pythons, separated by commas (such as pypy3,python3.14)
--base LABEL      : the command that the others are compared with (default the first)
--call NAME       : an iteration is a call of the script's function NAME
--rounds N        : rounds, in which every command has its turn (default 3)
--seconds S       : time for the iterations of a command in a round (default 3)
--iterations N    : the most iterations of a command in a round (default 1000)
--json FILE       : write all figures, measured and derived
--svg FILE        : write a plot of the warm-up
-h, --help        : print this help message and exit
";

/// What to measure.
#[derive(Debug)]
pub struct Options {
    pub modes: Vec<String>,
    pub against: Vec<String>,
    pub base: Option<String>,
    pub call: Option<String>,
    pub rounds: usize,
    pub seconds: f64,
    pub iterations: usize,
    pub json: Option<PathBuf>,
    pub svg: Option<PathBuf>,
    pub script: PathBuf,
    pub arguments: Vec<OsString>,
}

/// What the command line asks for.
pub enum Request {
    Help,
    Run(Box<Options>),
}

const MODES: [&str; 4] = ["off", "on", "eager", "stress"];

/// Reads the words behind `bench`.
pub fn parse(words: Vec<OsString>) -> Result<Request, String> {
    let mut options = Options {
        modes: vec!["off".to_string(), "on".to_string()],
        against: Vec::new(),
        base: None,
        call: None,
        rounds: 3,
        seconds: 3.0,
        iterations: 1000,
        json: None,
        svg: None,
        script: PathBuf::new(),
        arguments: Vec::new(),
    };
    let mut parser = lexopt::Parser::from_args(words);
    let mut script = None;
    while let Some(argument) = parser.next().map_err(|error| error.to_string())? {
        match argument {
            Short('h') | Long("help") => return Ok(Request::Help),
            Long("modes") => options.modes = list(next_value(&mut parser)?)?,
            Long("against") => options.against = list(next_value(&mut parser)?)?,
            Long("base") => options.base = Some(text(next_value(&mut parser)?)?),
            Long("call") => options.call = Some(text(next_value(&mut parser)?)?),
            Long("rounds") => options.rounds = positive("--rounds", next_value(&mut parser)?)?,
            Long("seconds") => options.seconds = seconds(next_value(&mut parser)?)?,
            Long("iterations") => options.iterations = positive("--iterations", next_value(&mut parser)?)?,
            Long("json") => options.json = Some(next_value(&mut parser)?.into()),
            Long("svg") => options.svg = Some(next_value(&mut parser)?.into()),
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
    if let Some(mode) = options.modes.iter().find(|mode| !MODES.contains(&mode.as_str())) {
        return Err(format!("--modes {mode}: must be off, on, eager or stress"));
    }
    if options.modes.is_empty() && options.against.is_empty() {
        return Err("there is nothing to run: --modes and --against are empty".to_string());
    }
    Ok(Request::Run(Box::new(options)))
}

fn next_value(parser: &mut lexopt::Parser) -> Result<OsString, String> {
    parser.value().map_err(|error| error.to_string())
}

fn text(word: OsString) -> Result<String, String> {
    word.into_string().map_err(|word| format!("{word:?} is not valid UTF-8"))
}

fn list(word: OsString) -> Result<Vec<String>, String> {
    Ok(text(word)?.split(',').map(|item| item.trim().to_string()).filter(|item| !item.is_empty()).collect())
}

fn positive(option: &str, word: OsString) -> Result<usize, String> {
    let word = text(word)?;
    word.parse()
        .ok()
        .filter(|number| *number > 0)
        .ok_or_else(|| format!("{option} {word}: must be a positive number"))
}

fn seconds(word: OsString) -> Result<f64, String> {
    let word = text(word)?;
    word.parse()
        .ok()
        .filter(|number: &f64| *number >= 0.0 && number.is_finite())
        .ok_or_else(|| format!("--seconds {word}: must be a number"))
}
