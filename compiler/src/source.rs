//! Source bytes to text: byte order mark, encoding declaration, newlines.

use std::borrow::Cow;

use crate::diagnose::Span;
use crate::error::{ErrorKind, LineText, Problem, Result};
use crate::instruction_sequence::Location;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Decodes a source. All newlines of the text are `\n`.
pub fn decode<'s>(source: &'s [u8], ignore_cookie: bool, file: Option<&str>) -> Result<Cow<'s, str>> {
    if let Some(at) = memchr::memchr(0, source) {
        if file.is_some() {
            return Err(null_byte(source, at));
        }
        return Err(problem("source code string cannot contain null bytes".to_owned(), Span::NONE));
    }
    let (body, has_mark) = match source.strip_prefix(BYTE_ORDER_MARK) {
        Some(body) if !ignore_cookie => (body, true),
        _ => (source, false),
    };
    let declared = if ignore_cookie { None } else { declared_encoding(body) };
    let text = match declared.as_deref() {
        None | Some("utf-8") => decode_utf8(body, false, file)?,
        Some(name) if has_mark => {
            let end_offset = body.iter().position(|&byte| byte == b'\n').unwrap_or(body.len()) as i32;
            let span = Span { line: 1, offset: 0, end_line: 1, end_offset };
            return Err(problem(format!("encoding problem: {name} with BOM"), span));
        }
        Some(name) => Cow::Owned(decode_as(body, name)?),
    };
    Ok(with_unix_newlines(text))
}

/// The normalised name of the encoding that one of the first two lines declares.
pub fn declared_encoding(source: &[u8]) -> Option<String> {
    for line in source.split(|&byte| byte == b'\n' || byte == b'\r').take(2) {
        let blanks = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\x0c')).count();
        let rest = &line[blanks..];
        match rest.first() {
            Some(b'#') => {
                if let Some(name) = cookie(rest) {
                    return Some(normalised(&name));
                }
            }
            None => {}
            // The second line counts only after a blank or comment.
            Some(_) => return None,
        }
    }
    None
}

/// The name after `coding:` or `coding=` in a comment.
fn cookie(comment: &[u8]) -> Option<String> {
    let mut from = 0;
    while let Some(found) = memchr::memmem::find(&comment[from..], b"coding") {
        let after = from + found + b"coding".len();
        if let Some(b':' | b'=') = comment.get(after) {
            let value = &comment[after + 1..];
            let blanks = value.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            let name: Vec<u8> = value[blanks..]
                .iter()
                .copied()
                .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
                .collect();
            if !name.is_empty() {
                return String::from_utf8(name).ok();
            }
        }
        from = after;
    }
    None
}

/// `utf-8` and `iso-8859-1` for all of their spellings, as CPython's tokenizer has it; other names as they are.
fn normalised(name: &str) -> String {
    let lower: String =
        name.chars().take(12).map(|c| if c == '_' { '-' } else { c.to_ascii_lowercase() }).collect();
    let is = |base: &str| lower == base || lower.strip_prefix(base).is_some_and(|rest| rest.starts_with('-'));
    if is("utf-8") {
        "utf-8".to_owned()
    } else if is("latin-1") || is("iso-8859-1") || is("iso-latin-1") {
        "iso-8859-1".to_owned()
    } else {
        name.to_owned()
    }
}

/// `by_codec`: as CPython's codec would, which knows nothing of lines.
fn decode_utf8<'s>(source: &'s [u8], by_codec: bool, file: Option<&str>) -> Result<Cow<'s, str>> {
    let error = match std::str::from_utf8(source) {
        Ok(text) => return Ok(Cow::Borrowed(text)),
        Err(error) => error,
    };
    let at = error.valid_up_to();
    let line = source[..at].iter().filter(|&&byte| byte == b'\n').count() as i32 + 1;
    let message = if by_codec {
        let byte = source[at];
        let reason = match (byte, error.error_len()) {
            (_, None) => "unexpected end of data",
            (0x80..0xC2 | 0xF5..=0xFF, _) => "invalid start byte",
            _ => "invalid continuation byte",
        };
        format!("'utf-8' codec can't decode byte 0x{byte:02x} in position {at}: {reason}")
    } else {
        format!(
            "Non-UTF-8 code starting with '\\x{:02x}'{} on line {line}, but no encoding declared; see \
             https://peps.python.org/pep-0263/ for details",
            source[at],
            file.map_or_else(String::new, |file| format!(" in file {file}"))
        )
    };
    if by_codec {
        return Err(problem(message, UNPLACED));
    }
    let start = source[..at].iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1);
    // The line isn't text as a whole, so the columns are characters already here.
    let offset = String::from_utf8_lossy(&source[start..at]).chars().count() as i32 + 1;
    let end = memchr::memchr(b'\n', &source[at..]).map_or(source.len(), |length| at + length);
    let text = String::from_utf8_lossy(&source[start..end]).into_owned();
    let mut problem = problem(message, Span { line, offset, end_line: line, end_offset: offset });
    problem.line_text = LineText::Given(text);
    Err(problem)
}

/// A zero byte in a file.
fn null_byte(source: &[u8], at: usize) -> Box<Problem> {
    let before = &source[..at];
    let line = before.iter().filter(|&&byte| byte == b'\n').count() as i32 + 1;
    let start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1);
    let span = Span { line, offset: 0, end_line: line, end_offset: 0 };
    let mut problem = problem("source code cannot contain null bytes".to_owned(), span);
    problem.line_text = LineText::Given(String::from_utf8_lossy(&before[start..]).into_owned());
    problem
}

/// Where CPython reports problems of decoding.
const UNPLACED: Span = Span { line: 0, offset: -1, end_line: 0, end_offset: 0 };

fn problem(message: String, span: Span) -> Box<Problem> {
    Box::new(Problem {
        kind: ErrorKind::SyntaxError,
        message,
        location: Location::NONE,
        span: Some(span),
        line_text: LineText::FromFile,
        last_statement: None,
        notices: Vec::new(),
        is_of_codec: false,
    })
}

fn decode_as(source: &[u8], name: &str) -> Result<String> {
    let lower = name.to_ascii_lowercase().replace('_', "-");
    match lower.as_str() {
        "iso-8859-1" | "latin1" | "latin" | "l1" | "8859" | "cp819" | "iso8859-1" => {
            return Ok(source.iter().map(|&byte| char::from(byte)).collect());
        }
        "latin9" | "latin-9" | "l9" | "iso-8859-15" | "iso8859-15" => {
            let encoding = encoding_rs::ISO_8859_15;
            return Ok(encoding.decode_without_bom_handling(source).0.into_owned());
        }
        "ascii" | "us-ascii" | "646" => {
            return match source.iter().position(|byte| !byte.is_ascii()) {
                None => Ok(source.iter().map(|&byte| char::from(byte)).collect()),
                Some(at) => {
                    let message = format!(
                        "'ascii' codec can't decode byte 0x{:02x} in position {at}: ordinal not in \
                         range(128)",
                        source[at]
                    );
                    Err(problem(message, UNPLACED))
                }
            };
        }
        "utf8" | "u8" | "utf" | "cp65001" => return Ok(decode_utf8(source, true, None)?.into_owned()),
        _ => {}
    }
    let label = match lower.as_str() {
        "cp932" | "ms932" => "shift_jis".to_owned(),
        "cp936" | "ms936" => "gbk".to_owned(),
        "cp949" | "ms949" | "uhc" => "windows-949".to_owned(),
        "cp950" | "ms950" => "big5".to_owned(),
        _ => match lower.strip_prefix("cp").filter(|rest| rest.len() == 4) {
            Some(page) => format!("windows-{page}"),
            None => lower,
        },
    };
    let of_codec = |message: String| {
        let mut problem = problem(message, UNPLACED);
        problem.is_of_codec = true;
        problem
    };
    let unknown = || of_codec(format!("unknown encoding: {name}"));
    let encoding = encoding_rs::Encoding::for_label(label.as_bytes())
        .or_else(|| encoding_rs::Encoding::for_label(label.replace("iso8859", "iso-8859").as_bytes()))
        .ok_or_else(unknown)?;
    match encoding.decode_without_bom_handling_and_without_replacement(source) {
        Some(text) => Ok(text.into_owned()),
        None => Err(of_codec(format!("'{name}' codec can't decode the source"))),
    }
}

/// `\r\n` and `\r` as `\n`.
fn with_unix_newlines(text: Cow<'_, str>) -> Cow<'_, str> {
    if memchr::memchr(b'\r', text.as_bytes()).is_none() {
        return text;
    }
    Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declared_encodings() {
        assert_eq!(declared_encoding(b"# -*- coding: Latin-1 -*-\n").as_deref(), Some("iso-8859-1"));
        assert_eq!(declared_encoding(b"#!/bin/sh\n# vim: fileencoding=UTF_8\n").as_deref(), Some("utf-8"));
        assert_eq!(declared_encoding(b"x = 1\n# coding: ascii\n"), None);
        assert_eq!(declared_encoding(b"\n\n# coding: ascii\n"), None);
    }

    #[test]
    fn newlines_and_mark() {
        assert_eq!(decode(b"\xEF\xBB\xBFa\r\nb\rc\n", false, None).expect("valid"), "a\nb\nc\n");
        assert_eq!(
            decode(b"# coding: latin-1\n\xe9", false, None).expect("valid"),
            "# coding: latin-1\n\u{e9}"
        );
        assert!(decode(b"a\0b", false, None).is_err());
    }
}
