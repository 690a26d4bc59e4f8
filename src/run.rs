//! Runs a program: starts the interpreter, sets `sys.argv` and `sys.path`, runs script, command or module, and turns the outcome into an
//! exit status.

use crate::options::{JitMode, Options, Program};
use std::ffi::OsStr;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use taipan_compiler::Mode;
use taipan_compiler::pyc::PycError;
use taipan_jit::engine::Observe;
use taipan_runtime::builtins::compile::compile_bytes;
use taipan_runtime::interpreter::call::run_code;
use taipan_runtime::interpreter::frames::Namespaces;
use taipan_runtime::object::dict::Dict;
use taipan_runtime::object::exception::Exception;
use taipan_runtime::object::list::List;
use taipan_runtime::object::str::{Str, intern};
use taipan_runtime::operations::class_of;
use taipan_runtime::prelude::*;
use taipan_runtime::start::{self, StartSettings};
use taipan_runtime::{builtins, import, sys};

/// Calls or loop iterations behind which code is compiled.
const HOT: u32 = 1000;
const HOT_EAGER: u32 = 2;

/// Runs everything; gives the process's exit status.
pub fn run(options: &Options, native_stack_limit: usize) -> u8 {
    taipan_stdlib::register();
    sys::set_flags(options.flags);
    let settings = StartSettings {
        hash_seed: options.hash_seed,
        hot_threshold: match options.jit {
            JitMode::Off => None,
            JitMode::On => Some(HOT),
            JitMode::Eager | JitMode::Stress => Some(HOT_EAGER),
        },
    };
    let thread = match start::initialize(&settings, native_stack_limit) {
        Ok(thread) => thread,
        Err(_) => {
            eprintln!("taipan: the built-in types could not be made");
            return 1;
        }
    };
    let tool = options.tool.as_deref();
    if let Some(tool) = tool {
        tool.before_jit();
    }
    install_jit(options);
    let here = 0u8;
    let running = tool.and_then(|tool| tool.start([native_stack_limit, &raw const here as usize]));
    let result = prepare(thread, options).and_then(|()| run_program(thread, options));
    let status = match result {
        Ok(()) => 0,
        Err(raised) => report(thread, raised),
    };
    let status = shut_down(thread, status);
    running.map_or(status, |running| running.end(status))
}

/// Sets the JIT up. Where the machine lacks something that it needs, the interpreter does without.
fn install_jit(options: &Options) {
    let mode = match options.jit {
        JitMode::Off => return,
        JitMode::On => taipan_jit::engine::Mode::On,
        JitMode::Eager => taipan_jit::engine::Mode::Eager,
        JitMode::Stress => taipan_jit::engine::Mode::Stress,
    };
    let observe = options.tool.as_ref().map_or(Observe::Nothing, |tool| tool.observe());
    if let Some(seed) = options.jit_seed {
        taipan_jit::engine::set_stress_seed(seed);
    }
    if let Err(message) = taipan_jit::engine::install(mode, observe) {
        eprintln!("taipan: running without the JIT: {message}");
    }
}

fn text_of(argument: &OsStr) -> Gc<Str> {
    taipan_stdlib::text_of_os(argument.as_bytes())
}

/// Imports, standard streams, `sys.argv` and the like.
fn prepare(thread: &mut Thread, options: &Options) -> Result<()> {
    let argv = List::empty();
    let first = match &options.program {
        Program::Script(path) => text_of(path),
        Program::Command(_) => Str::new("-c"),
        Program::Module(_) => Str::new("-m"),
        Program::StandardInput => Str::new(if options.arguments.is_empty() { "" } else { "-" }),
    };
    argv.push(first.value());
    options.arguments.iter().for_each(|argument| argv.push(text_of(argument).value()));
    sys::set_attribute(thread, "argv", argv.value())?;
    let original = List::empty();
    options.original_arguments.iter().for_each(|argument| original.push(text_of(argument).value()));
    sys::set_attribute(thread, "orig_argv", original.value())?;
    let executable = std::env::current_exe().map_or(Str::new(""), |path| text_of(path.as_os_str()));
    for name in ["executable", "_base_executable"] {
        sys::set_attribute(thread, name, executable.value())?;
    }
    let warnings = List::empty();
    options.warnings.iter().for_each(|option| warnings.push(Str::new(option).value()));
    sys::set_attribute(thread, "warnoptions", warnings.value())?;
    let x_options = Dict::new();
    for option in &options.x_options {
        let (name, value) = match option.split_once('=') {
            Some((name, value)) => (name, Str::new(value).value()),
            None => (option.as_str(), Value::TRUE),
        };
        x_options.set_str(thread, intern(name), value)?;
    }
    sys::set_attribute(thread, "_xoptions", x_options.value())?;
    if let Some(prefix) = pycache_prefix(options) {
        sys::set_attribute(thread, "pycache_prefix", text_of(&prefix).value())?;
    }
    if without_debug_ranges(options) {
        taipan_runtime::object::code::drop_columns();
    }
    import::set_check_hash_based_pycs(&options.check_hash_based_pycs);
    import::initialize(thread)?;
    set_path(thread, options)?;
    taipan_stdlib::open_standard_streams(thread, options.unbuffered)?;
    taipan_stdlib::signal::initialize(thread)?;
    if !options.warnings.is_empty() {
        import::import_module(thread, "warnings")?;
    }
    if options.flags.no_site == 0 {
        match site_is_useful() {
            true => import::import_module(thread, "site").map(|_| ())?,
            false => taipan_stdlib::start::add_site_builtins(thread)?,
        }
    }
    Ok(())
}

/// Where `.pyc` files go instead of `__pycache__`: `-X pycache_prefix=PATH`, `PYTHONPYCACHEPREFIX`.
fn pycache_prefix(options: &Options) -> Option<std::ffi::OsString> {
    let given = options.x_options.iter().rev().find_map(|option| option.strip_prefix("pycache_prefix="));
    match given {
        Some(prefix) => Some(prefix.into()).filter(|_| !prefix.is_empty()),
        None if options.flags.ignore_environment == 0 => {
            std::env::var_os("PYTHONPYCACHEPREFIX").filter(|prefix| !prefix.is_empty())
        }
        None => None,
    }
}

/// Whether code objects are to know lines only: `-X no_debug_ranges`, `PYTHONNODEBUGRANGES`.
fn without_debug_ranges(options: &Options) -> bool {
    let variable = std::env::var_os("PYTHONNODEBUGRANGES").is_some_and(|value| !value.is_empty());
    options.x_options.iter().any(|option| option == "no_debug_ranges")
        || options.flags.ignore_environment == 0 && variable
}

/// Whether there is anything for `site` to find: a virtual environment. (Its other effect, `exit` and `help`, is had without it.)
fn site_is_useful() -> bool {
    std::env::var_os("VIRTUAL_ENV").is_some()
}

/// `sys.path`: the script's folder (or the current one), then `PYTHONPATH`.
fn set_path(thread: &mut Thread, options: &Options) -> Result<()> {
    let path = List::empty();
    if !options.flags.safe_path {
        let first = match &options.program {
            Program::Script(script) => {
                let script = std::fs::canonicalize(script).unwrap_or_else(|_| script.into());
                if script.is_dir() {
                    text_of(script.as_os_str())
                } else {
                    script.parent().map_or(Str::new(""), |folder| text_of(folder.as_os_str()))
                }
            }
            Program::Module(_) => {
                std::env::current_dir().map_or(Str::new(""), |folder| text_of(folder.as_os_str()))
            }
            _ => Str::new(""),
        };
        path.push(first.value());
    }
    if options.flags.ignore_environment == 0
        && let Some(more) = std::env::var_os("PYTHONPATH")
    {
        for folder in std::env::split_paths(&more).filter(|folder| !folder.as_os_str().is_empty()) {
            let folder = std::path::absolute(&folder).unwrap_or(folder);
            path.push(text_of(folder.as_os_str()).value());
        }
    }
    sys::set_attribute(thread, "path", path.value())
}

fn run_program(thread: &mut Thread, options: &Options) -> Result<()> {
    let main = import::new_module(thread, "__main__")?;
    main.dict.set_str(thread, intern("__builtins__"), builtins::module().value())?;
    sys::modules(thread).set_str(thread, intern("__main__"), main.value())?;
    match &options.program {
        Program::Command(command) => run_source(thread, main, command.as_bytes(), "<string>", options),
        Program::StandardInput => {
            let mut source = Vec::new();
            if let Err(error) = std::io::stdin().read_to_end(&mut source)
                && error.raw_os_error() != Some(libc::EBADF)
            {
                return Err(thread.os_error(error.to_string()));
            }
            run_source(thread, main, &source, "<stdin>", options)
        }
        Program::Module(name) => {
            let runner = import::import_attribute(thread, "runpy", "_run_module_as_main")?;
            thread.call(runner, &[Str::new(name).value(), Value::TRUE]).map(|_| ())
        }
        Program::Script(path) => run_script(thread, main, path, options),
    }
}

fn run_script(thread: &mut Thread, main: Gc<Module>, path: &OsStr, options: &Options) -> Result<()> {
    let metadata = std::fs::metadata(path);
    let has_main = |name: &str| std::path::Path::new(path).join(name).exists();
    let is_archive = metadata.as_ref().is_ok_and(|m| m.is_file()) && starts_with_zip(path);
    if is_archive || metadata.as_ref().is_ok_and(|m| m.is_dir()) {
        if !is_archive && !has_main("__main__.py") && !has_main("__main__.pyc") {
            let shown = path.to_string_lossy();
            let executable = std::env::args().next().unwrap_or_default();
            eprintln!("{executable}: can't find '__main__' module in '{shown}'");
            return Err(exit_with(thread, 1));
        }
        let runner = import::import_attribute(thread, "runpy", "_run_module_as_main")?;
        return thread.call(runner, &[Str::new("__main__").value(), Value::FALSE]).map(|_| ());
    }
    let source = match std::fs::read(path) {
        Ok(source) => source,
        Err(error) => {
            let executable = std::env::args().next().unwrap_or_default();
            let (number, text) = taipan_stdlib::os_error_text(&error);
            eprintln!("{executable}: can't open file '{}': [Errno {number}] {text}", absolute(path));
            return Err(exit_with(thread, 2));
        }
    };
    let name = path.to_string_lossy().into_owned();
    main.dict.set_str(thread, intern("__file__"), text_of(path).value())?;
    if name.ends_with(".pyc") {
        return run_pyc(thread, main, &source);
    }
    run_source(thread, main, &source, &name, options)
}

fn absolute(path: &OsStr) -> String {
    std::path::absolute(path)
        .map_or(path.to_string_lossy().into_owned(), |path| path.to_string_lossy().into_owned())
}

fn starts_with_zip(path: &OsStr) -> bool {
    let mut start = [0; 4];
    std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut start)).is_ok()
        && start == *b"PK\x03\x04"
}

fn exit_with(thread: &mut Thread, status: i64) -> Raised {
    Exception::with_arguments(thread, types().system_exit, &[Value::from_int(status)])
}

fn run_pyc(thread: &mut Thread, main: Gc<Module>, bytes: &[u8]) -> Result<()> {
    match taipan_compiler::pyc::read(bytes) {
        Ok((_, code)) => {
            if let Err(error) = taipan_compiler::verify::verify(&code) {
                return Err(thread.runtime_error(format!("Bad code object in .pyc file: {error}")));
            }
            let code = taipan_runtime::object::code::Code::new(&code);
            run_code(thread, code, namespaces(main), Value::NULL).map(|_| ())
        }
        Err(PycError::BadMagic(_)) => Err(thread.runtime_error("Bad magic number in .pyc file")),
        Err(PycError::TruncatedHeader) => Err(thread.eof_error("EOF read where not expected")),
        Err(_) => Err(thread.runtime_error("Bad code object in .pyc file")),
    }
}

fn namespaces(main: Gc<Module>) -> Namespaces {
    Namespaces { globals: main.dict, builtins: builtins::dict(), locals: main.dict.value() }
}

fn run_source(
    thread: &mut Thread,
    main: Gc<Module>,
    source: &[u8],
    name: &str,
    options: &Options,
) -> Result<()> {
    let mut compile_options = taipan_compiler::Options::new(Mode::Exec, name);
    compile_options.optimize = options.flags.optimize.min(2);
    compile_options.from_file = name != "<stdin>" && name != "<string>";
    let source = match options.skip_first_line {
        true => source.iter().position(|&b| b == b'\n').map_or(&source[..0], |end| &source[end..]),
        false => source,
    };
    let code = compile_bytes(thread, source, &compile_options)?;
    if name == "<string>" {
        // Tracebacks show the lines of a command.
        let register = import::import_attribute(thread, "linecache", "_register_code")?;
        let text = Str::new(&String::from_utf8_lossy(source)).value();
        thread.call(register, &[code.value(), text, Str::new(name).value()])?;
    }
    taipan_runtime::heap::map_memory::forget_startup_pages();
    run_code(thread, code, namespaces(main), Value::NULL).map(|_| ())
}

/// Prints an uncaught exception; gives the exit status.
fn report(thread: &mut Thread, raised: Raised) -> u8 {
    let exception = raised.0;
    if class_of(exception).is_subclass_of(types().system_exit) {
        return exit_status(thread, exception);
    }
    flush(thread, "stdout");
    let traceback = exception.cast::<Exception>().traceback.non_null().unwrap_or(Value::NONE);
    let arguments = [class_of(exception).value(), exception, traceback];
    let _ = sys::set_attribute(thread, "last_exc", exception);
    let printed = match sys::attribute(thread, "excepthook") {
        Some(hook) => thread.call(hook, &arguments),
        None => {
            sys::hooks::write_error(thread, "sys.excepthook is missing\n");
            sys::hooks::print_exception(thread, exception, traceback).map(|()| Value::NONE)
        }
    };
    if let Err(again) = printed {
        if class_of(again.0).is_subclass_of(types().system_exit) {
            return exit_status(thread, again.0);
        }
        sys::hooks::write_error(thread, "Error in sys.excepthook:\n");
        let _ = sys::hooks::print_exception(thread, again.0, Value::NONE);
        sys::hooks::write_error(thread, "\nOriginal exception was:\n");
        let _ = sys::hooks::print_exception(thread, exception, traceback);
    }
    if class_of(exception).is_subclass_of(types().keyboard_interrupt) {
        taipan_stdlib::signal::end_by_interrupt();
        return 130;
    }
    1
}

/// `SystemExit.code` as a status: None is 0, an int its low byte, anything else is printed and 1.
fn exit_status(thread: &mut Thread, exception: Value) -> u8 {
    let code = exception.cast::<Exception>().field(0).non_null().unwrap_or(Value::NONE);
    if code.is_none() {
        return 0;
    }
    match code.as_int_or_bool() {
        Some(taipan_runtime::object::int::IntRef::Small(status)) => status as u8,
        Some(_) => 255,
        None => {
            flush(thread, "stdout");
            if let Ok(text) = taipan_runtime::operations::str_of(thread, code) {
                sys::hooks::write_error(thread, &format!("{}\n", text.to_string_lossy()));
            }
            1
        }
    }
}

fn flush(thread: &mut Thread, stream: &str) -> bool {
    match sys::attribute(thread, stream) {
        Some(stream) if !stream.is_none() => thread.call_method(stream, "flush", &[]).is_ok(),
        _ => true,
    }
}

/// Whether a stream says that it is closed.
fn is_closed(thread: &mut Thread, stream: Value) -> bool {
    taipan_runtime::operations::get_attribute(thread, stream, intern("closed"))
        .and_then(|closed| taipan_runtime::operations::is_true(thread, closed))
        .unwrap_or(false)
}

/// Ends the interpreter: threads, `atexit`, standard streams. Gives the exit status.
fn shut_down(thread: &mut Thread, status: u8) -> u8 {
    taipan_stdlib::run_exit_functions(thread);
    let stdout = match sys::attribute(thread, "stdout") {
        Some(stream) if !stream.is_none() && !is_closed(thread, stream) => {
            thread.call_method(stream, "flush", &[]).map(|_| ())
        }
        _ => Ok(()),
    };
    let status = match stdout {
        Ok(()) => status,
        Err(raised) => {
            let what = "Exception ignored while flushing sys.stdout";
            sys::hooks::unraisable(thread, raised, Some(what), Value::NONE);
            120
        }
    };
    flush(thread, "stderr");
    status
}
