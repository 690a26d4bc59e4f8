//! Numbers.

use super::{Step, TokenKind, Tokenizer};

impl Tokenizer<'_> {
    pub(super) fn digits(&mut self, is_digit: fn(u8) -> bool) {
        while self.peek().is_some_and(is_digit) {
            self.at += 1;
        }
    }

    /// Decimal digits with single underscores between them.
    pub(super) fn decimal_tail(&mut self) -> Step {
        loop {
            self.digits(|byte| byte.is_ascii_digit());
            if self.peek() != Some(b'_') {
                return Ok(());
            }
            self.at += 1;
            if !self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
                return self.error("invalid decimal literal");
            }
        }
    }

    pub(super) fn number(&mut self) -> Step {
        let from = self.at;
        if self.peek() == Some(b'0') {
            self.at += 1;
            match self.peek() {
                Some(b'x' | b'X') => {
                    return self.radix_number(from, "hexadecimal", |byte| byte.is_ascii_hexdigit());
                }
                Some(b'o' | b'O') => {
                    return self.radix_number(from, "octal", |byte| matches!(byte, b'0'..=b'7'));
                }
                Some(b'b' | b'B') => {
                    return self.radix_number(from, "binary", |byte| matches!(byte, b'0' | b'1'));
                }
                _ => {}
            }
            loop {
                if self.peek() == Some(b'_') {
                    self.at += 1;
                    if !self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
                        return self.error("invalid decimal literal");
                    }
                }
                if self.peek() != Some(b'0') {
                    break;
                }
                self.at += 1;
            }
            let zeros_end = self.at;
            let nonzero = self.peek().is_some_and(|byte| byte.is_ascii_digit());
            if nonzero {
                self.decimal_tail()?;
            }
            if nonzero && !self.extra && !matches!(self.peek(), Some(b'.' | b'e' | b'E' | b'j' | b'J')) {
                let message = "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal \
                               integers";
                return self.error_range(message, self.column(from) + 1, self.column(zeros_end) + 1);
            }
        } else if self.peek() != Some(b'.') {
            self.decimal_tail()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            if self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
                self.decimal_tail()?;
            }
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            let exponent = self.at;
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
                if !self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
                    return self.error("invalid decimal literal");
                }
            } else if !self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
                self.at = exponent;
                self.number_end("decimal")?;
                self.push_simple(TokenKind::Number, from);
                return Ok(());
            }
            self.decimal_tail()?;
        }
        if matches!(self.peek(), Some(b'j' | b'J')) {
            self.at += 1;
            self.number_end("imaginary")?;
        } else {
            self.number_end("decimal")?;
        }
        self.push_simple(TokenKind::Number, from);
        Ok(())
    }

    pub(super) fn radix_number(&mut self, from: usize, kind: &str, is_digit: fn(u8) -> bool) -> Step {
        self.at += 1;
        loop {
            if self.peek() == Some(b'_') {
                self.at += 1;
            }
            match self.peek() {
                Some(byte) if is_digit(byte) => {}
                Some(byte) if byte.is_ascii_digit() => {
                    self.at += 1;
                    return self.error(format!("invalid digit '{}' in {kind} literal", byte as char));
                }
                _ => return self.error(format!("invalid {kind} literal")),
            }
            self.digits(is_digit);
            if self.peek() != Some(b'_') {
                break;
            }
        }
        if let Some(byte) = self.peek().filter(u8::is_ascii_digit) {
            self.at += 1;
            return self.error(format!("invalid digit '{}' in {kind} literal", byte as char));
        }
        self.number_end(kind)?;
        self.push_simple(TokenKind::Number, from);
        Ok(())
    }

    /// A number may be followed by a keyword, but by no other word.
    pub(super) fn number_end(&mut self, kind: &str) -> Step {
        if self.extra {
            return Ok(());
        }
        let rest = &self.text[self.at..];
        if ["and", "else", "for", "if", "in", "is", "or", "not"].iter().any(|word| rest.starts_with(word)) {
            return Ok(());
        }
        match rest.chars().next() {
            Some(next) if next.is_ascii_alphanumeric() || next == '_' => {
                self.error(format!("invalid {kind} literal"))
            }
            _ => Ok(()),
        }
    }
}
