//! `taipan dis`: a script's bytecode, and what the JIT made of it.
//!
//! The script is compiled to bytecode first; `taipan_compiler`'s disassembler prints that. For the rest it runs in this process, its output thrown away,
//! while the engine keeps listings of what it compiles; [`machine`] disassembles the machine code.

mod machine;
mod options;

pub use options::Options;

use crate::{atomic_file, tool};
use options::{Part, Request};
use std::ffi::OsString;
use std::fmt::Write;
use std::process::ExitCode;
use std::sync::Arc;
use taipan_compiler::disassemble::{disassemble, disassemble_one};
use taipan_compiler::{CodeObject, Constant, Mode};
use taipan_jit::engine::report::{self, UnitReport};

/// Reads the words behind `dis`; `Err` is the status to exit with at once. What needs no run is shown at once, too.
pub fn parse(words: Vec<OsString>) -> Result<Options, ExitCode> {
    let options = match options::parse(words) {
        Ok(Request::Run(options)) => options,
        Ok(Request::Help) => {
            print!("{}", options::HELP);
            return Err(ExitCode::SUCCESS);
        }
        Err(message) => {
            let message = format!("{message}\nTry `taipan dis -h' for more information.");
            return Err(tool::complain("dis", &message));
        }
    };
    let complain = |message: String| tool::complain("dis", &message);
    tool::check_script(&options.script).map_err(complain)?;
    if let Some(path) = &options.output {
        atomic_file::probe(path).map_err(|error| complain(tool::cannot_write(path, &error)))?;
    }
    let code = compile(&options)?;
    if options.runs() {
        return Ok(options);
    }
    let mut text = String::new();
    if options.functions.is_empty() {
        text = disassemble(&code);
    }
    for function in wanted(&options, &code) {
        heading(&mut text, &function);
        disassemble_one(&function, &mut text);
    }
    let status = if text.is_empty() { none_found(&options) } else { show(&options, &text) };
    Err(ExitCode::from(status))
}

fn compile(options: &Options) -> Result<Arc<CodeObject>, ExitCode> {
    let source = std::fs::read(&options.script).map_err(|error| {
        tool::complain(
            "dis",
            &format!("can't read '{}': {}", options.script.display(), atomic_file::describe(&error)),
        )
    })?;
    let mut compile_options = taipan_compiler::Options::new(Mode::Exec, options.script.to_string_lossy());
    compile_options.from_file = true;
    match taipan_compiler::compile(&source, &compile_options) {
        Ok(compiled) => Ok(compiled.code),
        Err(error) => {
            eprintln!(
                "  File \"{}\", line {}\n{:?}: {}",
                options.script.display(),
                error.line,
                error.kind,
                error.message
            );
            Err(ExitCode::FAILURE)
        }
    }
}

/// The functions that were asked for by name.
fn wanted(options: &Options, code: &Arc<CodeObject>) -> Vec<Arc<CodeObject>> {
    let mut all = Vec::new();
    collect(code, &mut all);
    all.retain(|function| options.functions.iter().any(|name| is_named(name, function)));
    all
}

fn is_named(name: &str, code: &CodeObject) -> bool {
    code.name.to_string_lossy() == name || code.qualname.to_string_lossy() == name
}

/// A code object and those nested in its constants.
fn collect(code: &Arc<CodeObject>, all: &mut Vec<Arc<CodeObject>>) {
    all.push(code.clone());
    for constant in &code.consts {
        if let Constant::Code(nested) = constant {
            collect(nested, all);
        }
    }
}

fn heading(out: &mut String, code: &CodeObject) {
    let (name, file) = (code.qualname.to_string_lossy(), code.filename.to_string_lossy());
    let _ = writeln!(out, "=== {name} ({file}:{})", code.firstlineno);
}

fn none_found(options: &Options) -> u8 {
    tool::complain(
        "dis",
        &format!("{} has no function {}", options.script.display(), options.functions.join(", ")),
    );
    2
}

/// Writes the listing to where it belongs; gives the exit status.
fn show(options: &Options, text: &str) -> u8 {
    let written = match &options.output {
        Some(path) => {
            atomic_file::write(path, text.as_bytes()).map_err(|error| tool::cannot_write(path, &error))
        }
        None => tool::write_out(text),
    };
    match written {
        Ok(()) => 0,
        Err(message) => {
            tool::complain("dis", &message);
            2
        }
    }
}

/// The script runs; its output goes nowhere.
pub struct Running<'a> {
    options: &'a Options,
    output: i32,
    process: u32,
}

/// Takes standard output away from the script; `None` if the system doesn't let us, which has been said.
pub fn start(options: &Options) -> Option<Running<'_>> {
    // SAFETY: file descriptors of this process, before anything was written to them.
    let output = unsafe {
        let output = libc::fcntl(1, libc::F_DUPFD_CLOEXEC, 3);
        let nowhere = libc::open(c"/dev/null".as_ptr(), libc::O_WRONLY | libc::O_CLOEXEC);
        if nowhere < 0 || libc::dup2(nowhere, 1) < 0 {
            let error = std::io::Error::last_os_error();
            tool::complain("dis", &format!("can't open /dev/null: {}", atomic_file::describe(&error)));
            return None;
        }
        libc::close(nowhere);
        output
    };
    Some(Running { options, output, process: std::process::id() })
}

impl Running<'_> {
    /// Shows what was compiled. The caller holds the interpreter lock. Gives the exit status: the script's, or 2 if there is nothing to show.
    pub fn end(self, status: u8) -> u8 {
        if std::process::id() != self.process {
            return status;
        }
        if self.output >= 0 {
            // SAFETY: the descriptor that `start` saved.
            unsafe {
                libc::dup2(self.output, 1);
                libc::close(self.output);
            }
        }
        let text = listing(self.options);
        if text.is_empty() {
            return none_found(self.options);
        }
        match show(self.options, &text) {
            0 => status,
            failed => failed,
        }
    }
}

fn listing(options: &Options) -> String {
    let units = report::units();
    let Ok(code) = compile(options) else { return String::new() };
    let mut functions = Vec::new();
    match options.functions.is_empty() {
        true => collect(&code, &mut functions),
        false => {
            functions = wanted(options, &code);
            // Other modules' functions, as far as they were compiled.
            for unit in &units {
                let definition = unit.code.shared_definition();
                let named = options.functions.iter().any(|name| is_named(name, &definition));
                if named && !functions.iter().any(|known| is_same(known, &definition)) {
                    functions.push(definition);
                }
            }
        }
    }
    let mut text = String::new();
    for function in &functions {
        heading(&mut text, function);
        if options.shows(Part::Bytecode) {
            text.push_str("--- bytecode\n");
            disassemble_one(function, &mut text);
        }
        let of_function = units.iter().filter(|unit| is_same(unit.code.definition(), function));
        compiled(&mut text, options, function, &of_function.collect::<Vec<_>>());
        text.push('\n');
    }
    text
}

/// Is it the same function? Code objects that were loaded twice are equal, not identical.
fn is_same(one: &CodeObject, other: &CodeObject) -> bool {
    one.firstlineno == other.firstlineno
        && one.qualname == other.qualname
        && one.filename == other.filename
        && one.code == other.code
}

/// What was compiled of a function: the last version of each place where units begin, or all versions.
fn compiled(text: &mut String, options: &Options, function: &CodeObject, units: &[&UnitReport]) {
    let refusals = report::totals().map(|totals| totals.refusals).unwrap_or_default();
    for refusal in refusals {
        let name = function.qualname.to_string_lossy();
        if refusal.function == name && refusal.file == function.filename.to_string_lossy() {
            let _ =
                writeln!(text, "--- not compiled (line {}): {}", refusal.line.unwrap_or(0), refusal.reason);
        }
    }
    if units.is_empty() {
        text.push_str("--- nothing was compiled: it wasn't hot, was inlined, or see above (--jit eager compiles more)\n");
    }
    for (index, unit) in units.iter().enumerate() {
        let replaced = units[index + 1..].iter().any(|later| later.start == unit.start);
        if replaced && !options.versions {
            continue;
        }
        let version = units[..=index].iter().filter(|other| other.start == unit.start).count();
        let what = match unit.is_loop {
            true => format!("loop at line {}", unit.site.line.unwrap_or(0)),
            false => "function".to_string(),
        };
        let fate = match (&unit.failure, unit.finished, unit.retired) {
            (Some(failure), ..) => format!("no code: {failure}"),
            (_, _, Some((_, why))) => format!("left: {why}"),
            (_, None, _) => "still being compiled".to_string(),
            _ => "in service".to_string(),
        };
        let what = format!("{what}, version {version}, {} bytes, {fate}", unit.bytes.len());
        let parts = [(Part::Built, "HIR as built", 0), (Part::Optimized, "HIR optimized", 1)];
        for (part, name, number) in parts {
            if options.shows(part) && !unit.listings[number].is_empty() {
                let _ = write!(text, "--- {name}: {what}\n{}", unit.listings[number]);
            }
        }
        if options.shows(Part::Machine) && !unit.bytes.is_empty() {
            let _ = write!(text, "--- machine code: {what}\n{}", machine::listing(unit));
        }
    }
}
