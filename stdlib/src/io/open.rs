//! `open`: a raw file, a buffer before it, text over that, as the mode asks.

use super::buffered::types::{BufferedRandom, BufferedReader, BufferedWriter};
use super::buffered::{Buffered, Direction};
use super::file::{FileIo, is_terminal};
use super::text::TextIo;
use super::text::init::{Arguments, initialize};
use taipan_runtime::object::native_object;
use taipan_runtime::object::str::intern;
use taipan_runtime::operations::set_attribute;
use taipan_runtime::prelude::*;

/// The arguments of `open` behind the mode.
pub struct Options {
    pub buffering: i32,
    pub encoding: Value,
    pub errors: Value,
    pub newline: Value,
    pub closes: bool,
    pub opener: Value,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            buffering: -1,
            encoding: Value::NONE,
            errors: Value::NONE,
            newline: Value::NONE,
            closes: true,
            opener: Value::NONE,
        }
    }
}

/// What a mode asks for.
#[derive(Default)]
struct Mode {
    creating: bool,
    reading: bool,
    writing: bool,
    appending: bool,
    updating: bool,
    text: bool,
    binary: bool,
}

impl Mode {
    fn parse(thread: &mut Thread, text: &str) -> Result<Mode> {
        let mut mode = Mode::default();
        for (at, c) in text.char_indices() {
            let flag = match c {
                'x' => &mut mode.creating,
                'r' => &mut mode.reading,
                'w' => &mut mode.writing,
                'a' => &mut mode.appending,
                '+' => &mut mode.updating,
                't' => &mut mode.text,
                'b' => &mut mode.binary,
                _ => return Err(thread.value_error(format!("invalid mode: '{text}'"))),
            };
            *flag = true;
            if text[..at].contains(c) {
                return Err(thread.value_error(format!("invalid mode: '{text}'")));
            }
        }
        Ok(mode)
    }

    /// Raises ValueError for what doesn't go together.
    fn check(&self, thread: &mut Thread, options: &Options) -> Result<()> {
        let kinds = [self.creating, self.reading, self.writing, self.appending];
        let wrong = if self.text && self.binary {
            "can't have text and binary mode at once"
        } else if kinds.iter().filter(|kind| **kind).count() > 1 {
            "must have exactly one of create/read/write/append mode"
        } else if self.binary && !options.encoding.is_none() {
            "binary mode doesn't take an encoding argument"
        } else if self.binary && !options.errors.is_none() {
            "binary mode doesn't take an errors argument"
        } else if self.binary && !options.newline.is_none() {
            "binary mode doesn't take a newline argument"
        } else {
            return Ok(());
        };
        Err(thread.value_error(wrong))
    }

    /// The mode of the raw file.
    fn raw(&self) -> String {
        let letters = [
            (self.creating, 'x'),
            (self.reading, 'r'),
            (self.writing, 'w'),
            (self.appending, 'a'),
            (self.updating, '+'),
        ];
        letters.iter().filter(|(given, _)| *given).map(|(_, letter)| *letter).collect()
    }
}

/// `open`
pub fn open(thread: &mut Thread, file: Value, mode_text: &str, options: &Options) -> Result {
    let path = match taipan_runtime::builtins::support::is_index(file) {
        true => file,
        false => crate::system::path_of(thread, file)?,
    };
    let mode = Mode::parse(thread, mode_text)?;
    mode.check(thread, options)?;
    if mode.binary && options.buffering == 1 {
        let message = "line buffering (buffering=1) isn't supported in binary mode, the default buffer size will be used";
        taipan_runtime::builtins::warnings::warn(thread, types().runtime_warning, message, 1)?;
    }
    let raw = FileIo::open(thread, path, &mode.raw(), options.closes, options.opener)?;
    match stack(thread, raw, &mode, mode_text, options) {
        Ok(stream) => Ok(stream),
        Err(raised) => {
            // The error that counts is the one that was raised first.
            let _ = thread.call_method(raw.value(), "close", &[]);
            Err(raised)
        }
    }
}

fn stack(thread: &mut Thread, raw: Gc<FileIo>, mode: &Mode, mode_text: &str, options: &Options) -> Result {
    let mut buffering = i64::from(options.buffering);
    let terminal = buffering < 0 && raw_terminal(thread, raw)?;
    let line_buffering = !mode.binary && (buffering == 1 || terminal);
    if buffering == 1 || buffering < 0 {
        buffering = raw.buffer_size() as i64;
    }
    if buffering < 0 {
        return Err(thread.value_error("invalid buffering size"));
    }
    if buffering == 0 {
        return match mode.binary {
            true => Ok(raw.value()),
            false => Err(thread.value_error("can't have unbuffered text I/O")),
        };
    }
    let (class, direction) = if mode.updating {
        (BufferedRandom::class(), Direction::Random)
    } else if mode.reading {
        (BufferedReader::class(), Direction::Reader)
    } else {
        (BufferedWriter::class(), Direction::Writer)
    };
    if direction == Direction::Random {
        super::support::method_flag(thread, raw.value(), "seekable", "File or stream is not seekable.")?;
    }
    let buffer = Buffered::over(class, raw.value(), direction, buffering as usize);
    if mode.binary {
        return Ok(buffer.value());
    }
    let arguments = Arguments {
        encoding: options.encoding,
        errors: options.errors,
        newline: options.newline,
        line_buffering,
        write_through: false,
    };
    let text = text_over(thread, buffer.value(), &arguments)?;
    set_attribute(thread, text.value(), intern("mode"), Str::new(mode_text).value())?;
    Ok(text.value())
}

fn raw_terminal(thread: &mut Thread, raw: Gc<FileIo>) -> Result<bool> {
    match raw.is_regular() {
        true => Ok(false),
        false => is_terminal(thread, raw),
    }
}

/// A text stream over a buffer.
pub fn text_over(thread: &mut Thread, buffer: Value, arguments: &Arguments) -> Result<Gc<TextIo>> {
    let text = native_object::new(TextIo::class(), TextIo::empty());
    super::base::closes_when_dead(text.value());
    initialize(thread, text, buffer, arguments)?;
    Ok(text)
}
