//! The command line of `taipan dis`.

use crate::options::JitMode;
use lexopt::prelude::*;
use std::ffi::OsString;
use std::path::PathBuf;

pub const HELP: &str = "usage: taipan dis [option] ... SCRIPT [arg] ...
Shows a script's bytecode as CPython's dis does and, after running it (its output is thrown away), what the JIT made of it: HIR as built and as
optimised, and machine code with the lines that it belongs to. With --show bytecode nothing is run.
--function NAME   : only functions of this name or qualified name; may be repeated
--show LIST       : parts, separated by commas: bytecode, built, optimized, machine (default all)
--jit MODE        : on, eager or stress (default on; eager compiles also what isn't hot)
--versions        : also versions of compiled code that were replaced
-o, --output FILE : write the listing to a file
-h, --help        : print this help message and exit
";

/// A part of the listing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    Bytecode,
    Built,
    Optimized,
    Machine,
}

impl Part {
    const NAMES: [(&'static str, Part); 4] = [
        ("bytecode", Part::Bytecode),
        ("built", Part::Built),
        ("optimized", Part::Optimized),
        ("machine", Part::Machine),
    ];
}

/// What to show.
#[derive(Clone, Debug)]
pub struct Options {
    pub functions: Vec<String>,
    pub parts: Vec<Part>,
    pub jit: JitMode,
    pub versions: bool,
    pub output: Option<PathBuf>,
    pub script: PathBuf,
    pub arguments: Vec<OsString>,
}

impl Options {
    /// Is this part wanted?
    pub fn shows(&self, part: Part) -> bool {
        self.parts.contains(&part)
    }

    /// Is something wanted that only running the script can tell?
    pub fn runs(&self) -> bool {
        self.parts.iter().any(|part| *part != Part::Bytecode)
    }
}

/// What the command line asks for.
pub enum Request {
    Help,
    Run(Options),
}

/// Reads the words behind `dis`.
pub fn parse(words: Vec<OsString>) -> Result<Request, String> {
    let mut options = Options {
        functions: Vec::new(),
        parts: Part::NAMES.iter().map(|(_, part)| *part).collect(),
        jit: JitMode::On,
        versions: false,
        output: None,
        script: PathBuf::new(),
        arguments: Vec::new(),
    };
    let mut parser = lexopt::Parser::from_args(words);
    let mut script = None;
    while let Some(argument) = parser.next().map_err(|error| error.to_string())? {
        match argument {
            Short('h') | Long("help") => return Ok(Request::Help),
            Long("function") => options.functions.push(text(&mut parser)?),
            Long("show") => options.parts = parts(&text(&mut parser)?)?,
            Long("jit") => options.jit = crate::tool::jit_mode(&text(&mut parser)?)?,
            Long("versions") => options.versions = true,
            Short('o') | Long("output") => {
                options.output = Some(parser.value().map_err(|error| error.to_string())?.into());
            }
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
    if options.jit == JitMode::Off && options.runs() {
        return Err(
            "--jit off: compiles nothing that could be shown (--show bytecode shows the rest)".to_string()
        );
    }
    Ok(Request::Run(options))
}

fn text(parser: &mut lexopt::Parser) -> Result<String, String> {
    let word = parser.value().map_err(|error| error.to_string())?;
    word.into_string().map_err(|word| format!("{word:?} is not valid UTF-8"))
}

fn parts(list: &str) -> Result<Vec<Part>, String> {
    let part = |name: &str| {
        let found = Part::NAMES.iter().find(|(known, _)| *known == name);
        found
            .map(|(_, part)| *part)
            .ok_or_else(|| format!("--show {name}: must be bytecode, built, optimized or machine"))
    };
    list.split(',').map(|name| part(name.trim())).collect()
}
