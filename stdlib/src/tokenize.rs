//! The module `_tokenize`: splits a source into tokens for `tokenize`.

use taipan_compiler::error::ErrorKind;
use taipan_compiler::tokens::{ErrorPlace, SourceToken, SourceTokenError, SourceTokens, tokenize};
use taipan_runtime::native_layout;
use taipan_runtime::object::bytes::Bytes;
use taipan_runtime::object::exception::Exception;
use taipan_runtime::object::native_object::{self, NativeHead};
use taipan_runtime::object::str::intern;
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::operations::iterate::is_stop;
use taipan_runtime::operations::set_attribute;
use taipan_runtime::prelude::*;

/// The tokenizer behind `tokenize`.
pub struct Tokenize;

/// An iterator over the tokens of the lines that `readline` gives.
#[repr(C)]
pub struct TokenizerIter {
    head: NativeHead,
    readline: Value,
    /// The name of the lines' encoding, or NULL if they are text.
    encoding: Value,
    extra: bool,
    /// The tokens, once all lines are read.
    tokens: Option<Box<SourceTokens>>,
    next: usize,
    /// The lines of the last token, which the next one shares mostly, and their place.
    lines: Value,
    lines_at: (usize, usize),
}

native_layout!(TokenizerIter, "_tokenize.TokenizerIter", |this, tracer| {
    tracer.value(this.readline.0);
    tracer.value(this.encoding.0);
    tracer.value(this.lines.0);
});

/// Reads all lines.
fn read(thread: &mut Thread, this: Gc<TokenizerIter>) -> Result<String> {
    let mut source = String::new();
    loop {
        let line = match thread.call(this.readline, &[]) {
            Ok(line) => line,
            Err(raised) if is_stop(raised) => return Ok(source),
            Err(raised) => return Err(raised),
        };
        let line = match this.encoding.is_null() {
            true => line,
            false if line.downcast::<Bytes>().is_some() => {
                thread.call_method(line, "decode", &[this.encoding, intern("replace").value()])?
            }
            false => return Err(thread.type_error("readline() returned a non-bytes object")),
        };
        let Some(line) = line.downcast::<Str>() else {
            return Err(thread.type_error("readline() returned a non-string object"));
        };
        if line.length == 0 {
            return Ok(source);
        }
        match line.to_text() {
            Some(text) => source.push_str(&text),
            None => {
                return Err(taipan_runtime::builtins::str::surrogate_encode_error(thread, line));
            }
        }
    }
}

/// The text of a part of the source.
fn part(tokens: &SourceTokens, range: std::ops::Range<usize>) -> &str {
    tokens.text.get(range).unwrap_or_default()
}

fn place((line, column): (i64, i64)) -> Value {
    Tuple::new(&[Value::from_int(line), Value::from_int(column)]).value()
}

/// The tuple that stands for a token.
fn token_object(mut this: Gc<TokenizerIter>, tokens: &SourceTokens, token: &SourceToken) -> Value {
    let at = (token.lines.start, token.lines.end);
    if this.lines.is_null() || this.lines_at != at {
        let lines = Str::new(part(tokens, token.lines.clone()));
        this.lines = lines.value();
        this.lines_at = at;
        this.write_barrier();
    }
    let text = Str::new(part(tokens, token.text.clone())).value();
    let (start, end) = (place(token.start), place(token.end));
    Tuple::new(&[Value::from_int(i64::from(token.kind)), text, start, end, this.lines]).value()
}

fn raise(thread: &mut Thread, tokens: &SourceTokens, error: &SourceTokenError) -> Result<Raised> {
    let class = match error.kind {
        ErrorKind::IndentationError => types().indentation_error,
        ErrorKind::TabError => types().tab_error,
        _ => types().syntax_error,
    };
    let message = Str::new(&error.message).value();
    let filename = intern("<string>").value();
    let (line, offset) = (Value::from_int(error.line), Value::from_int(error.offset));
    let Some(ErrorPlace { text, end }) = &error.place else {
        let raised = Exception::with_arguments(thread, class, &[message]);
        for (name, value) in
            [("filename", filename), ("lineno", line), ("offset", offset), ("end_lineno", line)]
        {
            set_attribute(thread, raised.0, intern(name), value)?;
        }
        return Ok(raised);
    };
    let text = Str::new(part(tokens, text.clone())).value();
    let (end_line, end_offset) = match *end {
        Some((line, offset)) => (Value::from_int(line), Value::from_int(offset)),
        None => (Value::NONE, Value::NONE),
    };
    let details = Tuple::new(&[filename, line, offset, text, end_line, end_offset]);
    Ok(Exception::with_arguments(thread, class, &[message, details.value()]))
}

/// Complains of a zero byte as CPython's tokenizer does.
fn check_zero_bytes(tokens: &mut SourceTokens, source: &str) {
    if let Some(at) = source.find('\0') {
        let line = source[..at].matches('\n').count() as i64 + 1;
        tokens.tokens.clear();
        tokens.error = Some(SourceTokenError {
            kind: ErrorKind::SyntaxError,
            message: "source code cannot contain null bytes".to_owned(),
            line,
            offset: 0,
            place: Some(ErrorPlace { text: 0..0, end: Some((line, 0)) }),
        });
    }
}

#[native_type(name = "TokenizerIter", module = "_tokenize")]
impl TokenizerIter {
    #[new("(readline, /, *, encoding=None, extra_tokens)", hidden)]
    fn new(
        thread: &mut Thread,
        class: Gc<TypeObject>,
        readline: Value,
        encoding: Value,
        extra_tokens: bool,
    ) -> Result<Gc<TokenizerIter>> {
        let encoding = match encoding {
            _ if encoding.is_null() || encoding.is_none() => Value::NULL,
            _ if encoding.downcast::<Str>().is_some() => encoding,
            _ => {
                let got = taipan_runtime::native::type_name(encoding);
                let message = format!("tokenizeriter() argument 'encoding' must be str or None, not {got}");
                return Err(thread.type_error(message));
            }
        };
        let content = TokenizerIter {
            head: NativeHead::empty(),
            readline,
            encoding,
            extra: extra_tokens,
            tokens: None,
            next: 0,
            lines: Value::NULL,
            lines_at: (0, 0),
        };
        Ok(native_object::new(class, content))
    }

    #[method]
    fn __iter__(this: Gc<TokenizerIter>) -> Gc<TokenizerIter> {
        this
    }

    #[method]
    fn __next__(thread: &mut Thread, mut this: Gc<TokenizerIter>) -> Result<Option<Value>> {
        if this.tokens.is_none() {
            let source = read(thread, this)?;
            let mut tokens = tokenize(&source, this.extra);
            check_zero_bytes(&mut tokens, &source);
            this.tokens = Some(Box::new(tokens));
        }
        // Put back below; nothing in between looks at it.
        let Some(tokens) = this.tokens.take() else { return Ok(None) };
        let index = this.next;
        this.next += 1;
        let result = match (tokens.tokens.get(index), &tokens.error) {
            (Some(token), _) => Ok(Some(token_object(this, &tokens, token))),
            (None, Some(error)) if index == tokens.tokens.len() => {
                raise(thread, &tokens, error).and_then(Err)
            }
            _ => Ok(None),
        };
        this.tokens = Some(tokens);
        result
    }
}

#[native_module(name = "_tokenize")]
impl Tokenize {
    #[execute]
    fn execute(thread: &mut Thread, module: Gc<Module>) -> Result<()> {
        let class = taipan_runtime::builtins::class::class_of_definition(thread, TokenizerIter::DEFINITION)?;
        module.dict.set_str(thread, intern("TokenizerIter"), class.value())
    }
}
