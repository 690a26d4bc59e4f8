//! The command line and the environment, as CPython reads them.

use crate::tool::Tool;
use std::ffi::OsString;
use std::process::ExitCode;
use std::sync::Arc;
use taipan_runtime::sys::Flags;

/// What to run.
#[derive(Clone, Debug)]
pub enum Program {
    Script(OsString),
    Command(String),
    Module(String),
    StandardInput,
}

/// When compiled code is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JitMode {
    Off,
    On,
    /// Compile at the first chance, on the main thread.
    Eager,
    /// As eager, with guards that fail at random.
    Stress,
}

impl JitMode {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            JitMode::Off => "off",
            JitMode::On => "on",
            JitMode::Eager => "eager",
            JitMode::Stress => "stress",
        }
    }

    /// The mode of this name.
    pub fn from_name(name: &str) -> Option<JitMode> {
        Some(match name {
            "off" | "0" => JitMode::Off,
            "on" | "1" => JitMode::On,
            "eager" => JitMode::Eager,
            "stress" => JitMode::Stress,
            _ => return None,
        })
    }
}

/// Everything that the command line and environment say.
#[derive(Clone, Debug)]
pub struct Options {
    pub program: Program,
    /// `sys.argv[1:]`
    pub arguments: Vec<OsString>,
    pub original_arguments: Vec<OsString>,
    pub flags: Flags,
    pub warnings: Vec<String>,
    /// `-X` options as written.
    pub x_options: Vec<String>,
    pub jit: JitMode,
    pub jit_seed: Option<u64>,
    pub hash_seed: Option<u32>,
    pub unbuffered: bool,
    pub skip_first_line: bool,
    /// Which `.pyc` files with a hash are compared with their sources: `default`, `always`, `never`.
    pub check_hash_based_pycs: String,
    /// The tool that runs the program, if one does.
    pub tool: Option<Arc<Tool>>,
}

const USAGE: &str = "usage: taipan [option] ... [-c cmd | -m mod | file | -] [arg] ...
Try `taipan -h' for more information.
";

const HELP: &str = "usage: taipan [option] ... [-c cmd | -m mod | file | -] [arg] ...
Options (and corresponding environment variables):
-B     : don't write .pyc files on import; also PYTHONDONTWRITEBYTECODE=x
-c cmd : program passed in as string (terminates option list)
-E     : ignore PYTHON* environment variables (such as PYTHONPATH)
-h     : print this help message and exit (also -? or --help)
-i     : inspect interactively after running script
-I     : isolate Taipan from the user's environment (implies -E, -P and -s)
-m mod : run library module as a script (terminates option list)
-O     : remove assert and __debug__-dependent statements; also PYTHONOPTIMIZE=x
-OO    : do -O changes and also discard docstrings
-P     : don't prepend a potentially unsafe path to sys.path
-q     : don't print version and copyright messages on interactive startup
-s     : don't add user site directory to sys.path; also PYTHONNOUSERSITE=x
-S     : don't imply 'import site' on initialization
-u     : force the stdout and stderr streams to be unbuffered
-v     : verbose (trace import statements)
-V     : print the Taipan version number and exit (also --version)
-W arg : warning control; arg is action:message:category:module:lineno
-x     : skip first line of source, allowing use of non-Unix forms of #!cmd
-X opt : set implementation-specific option: jit=off|on|eager|stress (also TAIPAN_JIT), jit-seed=N
file   : program read from script file
-      : program read from stdin
arg ...: arguments passed to program in sys.argv[1:]
Tools (each has a -h of its own; a script of such a name is ./bench, ./profile or ./dis):
bench  : compare a script's speed in Taipan's modes and with other Pythons
profile: where a script's time goes: interpreted, compiled, exits, what stays generic
dis    : a script's bytecode, HIR and machine code
";

fn complain(message: &str) -> ExitCode {
    eprintln!("{message}");
    eprint!("{USAGE}");
    ExitCode::from(2)
}

fn environment(flags: &Flags, name: &str) -> Option<String> {
    if flags.ignore_environment != 0 {
        return None;
    }
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// A level given as a number or, by any other text, 1.
fn level(text: &str) -> u8 {
    text.parse().unwrap_or(1)
}

/// Reads the command line; `Err` is the status to exit with at once.
pub fn parse(all: Vec<OsString>) -> Result<Options, ExitCode> {
    let mut options = Options {
        program: Program::StandardInput,
        arguments: Vec::new(),
        original_arguments: all.clone(),
        flags: Flags { int_max_str_digits: 4300, hash_randomization: 1, utf8_mode: 0, ..Flags::default() },
        warnings: Vec::new(),
        x_options: Vec::new(),
        jit: JitMode::Off,
        jit_seed: None,
        hash_seed: None,
        unbuffered: false,
        skip_first_line: false,
        check_hash_based_pycs: "default".to_owned(),
        tool: None,
    };
    let mut words = all.into_iter().skip(1).peekable();
    'words: while let Some(word) = words.peek().cloned() {
        let Some(text) = word.to_str() else { break };
        if text == "-" || !text.starts_with('-') {
            break;
        }
        words.next();
        if let Some(long) = text.strip_prefix("--") {
            match long {
                "help" | "help-all" => return Err(print(HELP)),
                "version" => return Err(print_version()),
                "help-env" | "help-xoptions" => return Err(print(HELP)),
                "check-hash-based-pycs" => {
                    let mode = words.next().map(|word| word.to_string_lossy().into_owned());
                    options.check_hash_based_pycs = mode
                        .filter(|mode| matches!(&**mode, "always" | "default" | "never"))
                        .ok_or_else(|| {
                            complain("--check-hash-based-pycs must be one of 'default', 'always', or 'never'")
                        })?;
                    continue;
                }
                _ => return Err(complain(&format!("unknown option --{long}"))),
            }
        }
        for (at, letter) in text[1..].char_indices() {
            let rest = &text[1 + at + letter.len_utf8()..];
            if matches!(letter, 'c' | 'm' | 'W' | 'X') {
                let argument = match rest {
                    "" => words.next().map(|word| word.to_string_lossy().into_owned()),
                    rest => Some(rest.to_string()),
                };
                let Some(argument) = argument else {
                    return Err(complain(&format!("Argument expected for the -{letter} option")));
                };
                match letter {
                    'c' => options.program = Program::Command(argument),
                    'm' => options.program = Program::Module(argument),
                    'W' => options.warnings.push(argument),
                    _ => options.x_options.push(argument),
                }
                if matches!(letter, 'c' | 'm') {
                    options.arguments = words.collect();
                    return finish(options);
                }
                continue 'words;
            }
            one_letter(&mut options, letter)?;
        }
    }
    if let Some(word) = words.next() {
        options.program = if word == "-" { Program::StandardInput } else { Program::Script(word) };
        options.arguments = words.collect();
    }
    finish(options)
}

fn one_letter(options: &mut Options, letter: char) -> Result<(), ExitCode> {
    let flags = &mut options.flags;
    match letter {
        'b' => flags.bytes_warning += 1,
        'B' => flags.dont_write_bytecode = 1,
        'd' => flags.debug += 1,
        'E' => flags.ignore_environment = 1,
        'h' | '?' => return Err(print(HELP)),
        'i' => {
            flags.inspect = 1;
            flags.interactive = 1;
        }
        'I' => {
            flags.isolated = 1;
            flags.ignore_environment = 1;
            flags.no_user_site = 1;
            flags.safe_path = true;
        }
        'O' => flags.optimize += 1,
        'P' => flags.safe_path = true,
        'q' => flags.quiet = 1,
        'R' => {}
        's' => flags.no_user_site = 1,
        'S' => flags.no_site = 1,
        'u' => options.unbuffered = true,
        'v' => flags.verbose += 1,
        'V' => return Err(print_version()),
        'x' => options.skip_first_line = true,
        _ => return Err(complain(&format!("Unknown option: -{letter}"))),
    }
    Ok(())
}

fn print(text: &str) -> ExitCode {
    print!("{text}");
    ExitCode::SUCCESS
}

fn print_version() -> ExitCode {
    println!("Taipan {} (Python 3.14.0)", env!("CARGO_PKG_VERSION"));
    ExitCode::SUCCESS
}

/// The options with which a tool runs its script.
pub fn for_tool(all: Vec<OsString>, tool: Tool) -> Result<Options, ExitCode> {
    let (script, arguments) = tool.program();
    let words = [all[0].clone(), script.into()].into_iter().chain(arguments.iter().cloned());
    let mut options = parse(words.collect())?;
    options.original_arguments = all;
    options.jit = tool.jit();
    options.tool = Some(Arc::new(tool));
    Ok(options)
}

/// Adds what the environment says.
fn finish(mut options: Options) -> Result<Options, ExitCode> {
    let flags = options.flags;
    let get = |name: &str| environment(&flags, name);
    if let Some(value) = get("PYTHONOPTIMIZE") {
        options.flags.optimize = options.flags.optimize.max(level(&value));
    }
    if get("PYTHONDONTWRITEBYTECODE").is_some() {
        options.flags.dont_write_bytecode = 1;
    }
    if get("PYTHONNOUSERSITE").is_some() {
        options.flags.no_user_site = 1;
    }
    if get("PYTHONSAFEPATH").is_some() {
        options.flags.safe_path = true;
    }
    if get("PYTHONUNBUFFERED").is_some() {
        options.unbuffered = true;
    }
    if let Some(value) = get("PYTHONVERBOSE") {
        options.flags.verbose = options.flags.verbose.max(level(&value));
    }
    if let Some(value) = get("PYTHONWARNINGS") {
        let own = std::mem::take(&mut options.warnings);
        options.warnings = value.split(',').map(str::to_string).chain(own).collect();
    }
    if let Some(seed) = get("PYTHONHASHSEED").filter(|seed| seed != "random") {
        match seed.parse() {
            Ok(seed) => options.hash_seed = Some(seed),
            Err(_) => {
                eprintln!(
                    "Fatal Python error: config_init_hash_seed: PYTHONHASHSEED must be \"random\" or an integer in range [0; 4294967295]\nPython runtime state: preinitialized\n"
                );
                return Err(ExitCode::from(1));
            }
        }
        if options.hash_seed == Some(0) {
            options.flags.hash_randomization = 0;
        }
    }
    jit_options(&mut options)?;
    Ok(options)
}

fn jit_options(options: &mut Options) -> Result<(), ExitCode> {
    let mut mode = std::env::var("TAIPAN_JIT").ok().map(|mode| ("TAIPAN_JIT", mode));
    let mut seed = std::env::var("TAIPAN_JIT_SEED").ok();
    for option in &options.x_options {
        match option.split_once('=') {
            Some(("jit", value)) => mode = Some(("-X jit", value.to_string())),
            Some(("jit-seed", value)) => seed = Some(value.to_string()),
            Some(("dev", _)) | None if option == "dev" => options.flags.dev_mode = true,
            Some(("utf8", value)) => options.flags.utf8_mode = level(value),
            Some(("int_max_str_digits", value)) => {
                options.flags.int_max_str_digits = value.parse().map_err(|_| {
                    eprintln!("Fatal Python error: config_init_int_max_str_digits: -X int_max_str_digits: invalid limit; must be >= 640 or 0 for unlimited.\nPython runtime state: preinitialized\n");
                    ExitCode::from(1)
                })?;
            }
            _ => {}
        }
    }
    if let Some((source, mode)) = mode {
        options.jit = JitMode::from_name(&mode)
            .ok_or_else(|| complain(&format!("taipan: {source}={mode}: must be off, on, eager or stress")))?;
    }
    if let Some(seed) = seed {
        match seed.parse() {
            Ok(seed) => options.jit_seed = Some(seed),
            Err(_) => return Err(complain(&format!("taipan: jit-seed={seed}: must be a number"))),
        }
    }
    Ok(())
}
