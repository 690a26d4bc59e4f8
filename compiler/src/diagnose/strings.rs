//! What can be wrong in literals.

use crate::escapes::{Escapes, invalid_escape, unescape};

pub(super) enum Problem {
    /// Concerns the literal.
    AtLiteral(String),
    /// Came up in decoding it.
    Decoding(String),
}

/// Prefix and body of a string token.
fn parts(token: &str) -> (&str, &str) {
    let quote_at = token.find(['\'', '"']).unwrap_or(0);
    let rest = &token[quote_at..];
    let triple = rest.len() >= 6 && (rest.starts_with("\"\"\"") || rest.starts_with("'''"));
    let quotes = if triple { 3 } else { 1 };
    (&token[..quote_at], rest.get(quotes..rest.len().saturating_sub(quotes)).unwrap_or_default())
}

pub(super) fn is_bytes(token: &str) -> bool {
    parts(token).0.contains(['b', 'B'])
}

/// Whether a string token can be decoded. Returns what there is to warn of, and after how many newlines.
pub(super) fn check(token: &str) -> Result<Option<(String, i32)>, Problem> {
    let (prefix, body) = parts(token);
    let is_bytes = prefix.contains(['b', 'B']);
    if is_bytes && !body.is_ascii() {
        return Err(Problem::AtLiteral("bytes can only contain ASCII literal characters".to_owned()));
    }
    if prefix.contains(['r', 'R']) {
        return Ok(None);
    }
    let escapes = if is_bytes { Escapes::Bytes } else { Escapes::Unicode };
    let unescaped = unescape(body, escapes).map_err(Problem::Decoding)?;
    Ok(unescaped.invalid.map(|(sequence, octal)| {
        let lines = body[..sequence.start].matches('\n').count() as i32;
        (invalid_escape(&body[sequence], octal), lines)
    }))
}

/// Whether a literal piece of an f-string can be decoded.
pub(super) fn check_piece(piece: &str) -> Result<(), String> {
    unescape(piece, Escapes::Unicode).map(|_| ())
}
