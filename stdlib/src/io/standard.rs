//! `sys.stdin`, `sys.stdout` and `sys.stderr`, and what happens to open streams when the program ends.

use super::buffered::types::{BufferedReader, BufferedWriter};
use super::buffered::{self, Buffered, Direction};
use super::file::{FileIo, is_terminal};
use super::open::text_over;
use super::text::TextIo;
use super::text::init::{Arguments, locale_encoding};
use super::text::types::flush_if_open;
use taipan_runtime::heap::heap;
use taipan_runtime::object::str::intern;
use taipan_runtime::operations::set_attribute;
use taipan_runtime::prelude::*;
use taipan_runtime::sys;

/// One of the standard streams.
struct Standard {
    name: &'static str,
    shown: &'static str,
    descriptor: i32,
}

const STREAMS: [Standard; 3] = [
    Standard { name: "stdin", shown: "<stdin>", descriptor: 0 },
    Standard { name: "stdout", shown: "<stdout>", descriptor: 1 },
    Standard { name: "stderr", shown: "<stderr>", descriptor: 2 },
];

/// Encoding and error handler of the standard streams: `PYTHONIOENCODING`, else the locale's.
fn encoding_and_errors() -> (String, String) {
    let given = match sys::flags().ignore_environment {
        0 => std::env::var("PYTHONIOENCODING").unwrap_or_default(),
        _ => String::new(),
    };
    let (encoding, errors) = given.split_once(':').unwrap_or((&given, ""));
    let utf8 = if sys::flags().utf8_mode != 0 { "utf-8" } else { locale_encoding() };
    let encoding = if encoding.is_empty() { utf8.to_ascii_lowercase() } else { encoding.to_string() };
    let errors = match errors {
        "" if plain_locale() && given.is_empty() => "surrogateescape",
        "" => "strict",
        errors => errors,
    };
    (encoding, errors.to_string())
}

/// Whether the locale is the plain C one, in which file names and texts may be in any encoding.
fn plain_locale() -> bool {
    let name = ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    sys::flags().utf8_mode != 0 || matches!(name.as_deref(), None | Some("C" | "POSIX"))
}

fn open_one(thread: &mut Thread, standard: &Standard, unbuffered: bool) -> Result {
    // SAFETY: a system call on a number.
    if unsafe { libc::fcntl(standard.descriptor, libc::F_GETFD) } < 0 {
        return Ok(Value::NONE);
    }
    let reads = standard.descriptor == 0;
    let mode = if reads { "rb" } else { "wb" };
    let raw = FileIo::of_descriptor(thread, standard.descriptor, mode, false)?;
    set_attribute(thread, raw.value(), intern("name"), intern(standard.shown).value())?;
    let terminal = is_terminal(thread, raw)?;
    let unbuffered = unbuffered && !reads;
    let buffer = match (unbuffered, reads) {
        (true, _) => raw.value(),
        (_, true) => {
            Buffered::over(BufferedReader::class(), raw.value(), Direction::Reader, raw.buffer_size()).value()
        }
        (_, false) => {
            Buffered::over(BufferedWriter::class(), raw.value(), Direction::Writer, raw.buffer_size()).value()
        }
    };
    let (encoding, errors) = encoding_and_errors();
    let errors = if standard.descriptor == 2 { "backslashreplace" } else { &errors };
    let arguments = Arguments {
        encoding: Str::new(&encoding).value(),
        errors: intern(errors).value(),
        newline: if reads { Value::NONE } else { intern("\n").value() },
        line_buffering: !unbuffered && (terminal || standard.descriptor == 2),
        write_through: unbuffered,
    };
    let text = text_over(thread, buffer, &arguments)?;
    set_attribute(thread, text.value(), intern("mode"), intern(if reads { "r" } else { "w" }).value())?;
    Ok(text.value())
}

/// Makes the standard streams. A closed descriptor's is None.
pub fn open_standard_streams(thread: &mut Thread, unbuffered: bool) -> Result<()> {
    // Before `_io` is imported its classes aren't there.
    taipan_runtime::import::import_module(thread, "io")?;
    let open = taipan_runtime::import::import_attribute(thread, "io", "open")?;
    let name = taipan_runtime::object::str::intern("open");
    taipan_runtime::builtins::dict().set_str(thread, name, open)?;
    for standard in &STREAMS {
        let stream = open_one(thread, standard, unbuffered)?;
        sys::set_attribute(thread, standard.name, stream)?;
        sys::set_attribute(thread, &format!("__{}__", standard.name), stream)?;
    }
    Ok(())
}

/// Writes out what open streams still hold: text first, then the buffers below. Other objects that wait for their
/// finalizers are given back.
pub fn flush_all(thread: &mut Thread) {
    let waiting = heap().take_all_finalizable();
    for &object in waiting.iter() {
        if let Some(text) = Value::from_header(object).downcast::<TextIo>() {
            report(thread, text.value(), |thread| flush_if_open(thread, text));
        }
    }
    for &object in waiting.iter() {
        if let Some(buffer) = Value::from_header(object).downcast::<Buffered>()
            && buffer.is_usable()
            && buffer.pending() > 0
        {
            report(thread, buffer.value(), |thread| buffered::write::flush(thread, buffer));
        }
    }
}

fn report(thread: &mut Thread, stream: Value, flush: impl FnOnce(&mut Thread) -> Result<()>) {
    // The standard streams' failures are the caller's to tell: it flushes them once more.
    let standard = ["stdout", "stderr"].iter().any(|name| {
        sys::attribute(thread, name).is_some_and(|text| {
            text == stream || text.downcast::<TextIo>().is_some_and(|text| text.buffer == stream)
        })
    });
    if !standard && let Err(raised) = flush(thread) {
        sys::hooks::unraisable(thread, raised, None, stream);
    }
}
