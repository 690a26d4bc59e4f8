//! Strings, and the texts of f-strings and t-strings.

use super::*;

impl Tokenizer<'_> {
    /// A string, or the start of an f-string or t-string. The prefix is in lower case.
    pub(super) fn string(&mut self, from: usize, prefix: &str) -> Step {
        let has = |letter: char| prefix.contains(letter);
        for (first, second) in
            [('u', 'b'), ('u', 'r'), ('u', 'f'), ('u', 't'), ('b', 'f'), ('b', 't'), ('f', 't')]
        {
            if has(first) && has(second) {
                let message = format!("'{first}' and '{second}' prefixes are incompatible");
                return self.error_range(message, self.column(from) + 1, self.column(self.at) + 1);
            }
        }
        let quote = self.source[self.at];
        let triple = self.peek_at(1) == Some(quote) && self.peek_at(2) == Some(quote);
        let quote_size = if triple { 3 } else { 1 };
        if has('f') || has('t') {
            return self.string_start(from, quote, quote_size, prefix);
        }
        let start = Place { line: self.line, column: self.column(from) };
        let line_start = self.line_start;
        self.at += quote_size;
        let mut escaped_quote = false;
        loop {
            match self.peek() {
                None => break,
                Some(b'\n') if !triple => break,
                Some(b'\\') => {
                    self.at += 1;
                    escaped_quote |= self.peek() == Some(quote);
                    let newline = self.peek() == Some(b'\n');
                    self.at += usize::from(self.at < self.source.len());
                    if newline {
                        self.new_line();
                    }
                }
                Some(b'\n') => {
                    self.at += 1;
                    self.new_line();
                }
                Some(byte) if byte == quote => {
                    let closes = !triple || self.peek_at(1) == Some(quote) && self.peek_at(2) == Some(quote);
                    self.at += if closes { quote_size } else { 1 };
                    if closes {
                        self.push(TokenKind::String, from, start);
                        return Ok(());
                    }
                }
                Some(_) => self.at += 1,
            }
        }
        let detected = self.last_line();
        let incomplete = self.at >= self.source.len();
        self.at = from + 1;
        self.line = start.line;
        self.line_start = line_start;
        if let Some(mode) = self.modes.last()
            && mode.quote == quote
            && mode.quote_size == quote_size
        {
            return self.error(format!("{}-string: expecting '}}'", mode.kind));
        }
        let what = if triple { "triple-quoted string" } else { "string" };
        let hint = if !triple && escaped_quote { "; perhaps you escaped the end quote?" } else { "" };
        let message = format!("unterminated {what} literal (detected at line {detected}){hint}");
        self.unterminated(message, incomplete)
    }

    /// The current line, or at the end of the source the last one.
    pub(super) fn last_line(&self) -> i32 {
        if self.at >= self.source.len() && self.line_start == self.at && self.line > 1 {
            self.line - 1
        } else {
            self.line
        }
    }

    pub(super) fn string_start(&mut self, from: usize, quote: u8, quote_size: usize, prefix: &str) -> Step {
        if self.modes.len() + 1 >= MAX_FSTRING_LEVEL {
            self.at += quote_size;
            return self.error("too many nested f-strings or t-strings");
        }
        let kind = if prefix.contains('t') { 't' } else { 'f' };
        self.at += quote_size;
        self.push_simple(if kind == 't' { TokenKind::TStringStart } else { TokenKind::FStringStart }, from);
        self.modes.push(StringMode {
            quote,
            quote_size,
            raw: prefix.contains('r'),
            kind,
            start: from,
            line_start: self.line_start,
            first_line: self.line,
            in_text: true,
            depth: 0,
            expression_start_depth: -1,
            in_format_spec: false,
        });
        Ok(())
    }

    /// A token of an f-string's text.
    pub(super) fn string_text(&mut self) -> Step {
        let Some(mode) = self.modes.last_mut() else { return Ok(()) };
        let (quote, quote_size, kind) = (mode.quote, mode.quote_size, mode.kind);
        let (middle, end) = match kind {
            't' => (TokenKind::TStringMiddle, TokenKind::TStringEnd),
            _ => (TokenKind::FStringMiddle, TokenKind::FStringEnd),
        };
        if self.source[self.at..].starts_with(b"{") && self.source.get(self.at + 1) != Some(&b'{') {
            return self.enter_expression();
        }
        if self.source[self.at..].iter().take_while(|&&byte| byte == quote).count() >= quote_size {
            let from = self.at;
            self.at += quote_size;
            self.push_simple(end, from);
            self.modes.pop();
            return Ok(());
        }
        let from = self.at;
        let start = Place { line: self.line, column: self.column(from) };
        let mut quotes = 0;
        while quotes != quote_size {
            let Some(mode) = self.modes.last_mut() else { return Ok(()) };
            let in_spec = mode.in_format_spec && mode.expression_start_depth >= 0;
            let Some(&byte) = self.source.get(self.at).filter(|&&byte| quote_size == 3 || byte != b'\n')
            else {
                return self.unterminated_string_mode(in_spec);
            };
            self.at += 1;
            if byte == quote {
                quotes += 1;
                continue;
            }
            quotes = 0;
            match byte {
                b'\n' => {
                    self.new_line();
                }
                b'{' => {
                    if self.peek() == Some(b'{') && !in_spec {
                        self.push(middle, from, start);
                        self.at += 1;
                        return Ok(());
                    }
                    self.at -= 1;
                    self.push(middle, from, start);
                    return self.enter_expression();
                }
                b'}' => {
                    let doubled = self.source.get(self.at) == Some(&b'}');
                    if doubled && !in_spec && self.modes.last().is_some_and(|mode| mode.depth == 0) {
                        self.push(middle, from, start);
                        self.at += 1;
                        return Ok(());
                    }
                    self.at -= 1;
                    self.push(middle, from, start);
                    if let Some(mode) = self.modes.last_mut() {
                        mode.in_text = false;
                    }
                    return Ok(());
                }
                b'\\' => {
                    let raw = self.modes.last().is_some_and(|mode| mode.raw);
                    match self.peek() {
                        Some(b'{' | b'}') | None => {}
                        Some(b'N') if !raw && self.peek_at(1) == Some(b'{') => {
                            let rest = &self.source[self.at..];
                            let stop = rest.iter().position(|&b| b == b'}' || b == b'\n' || b == quote);
                            self.at += stop.map_or(rest.len(), |stop| stop + usize::from(rest[stop] == b'}'));
                        }
                        Some(b'\n') => {
                            self.at += 1;
                            self.new_line();
                        }
                        Some(_) => self.at += 1,
                    }
                }
                _ => {}
            }
        }
        self.at -= quotes;
        self.push(middle, from, start);
        Ok(())
    }

    pub(super) fn enter_expression(&mut self) -> Step {
        let Some(mode) = self.modes.last_mut() else { return Ok(()) };
        mode.expression_start_depth += 1;
        let kind = mode.kind;
        if mode.expression_start_depth >= MAX_EXPRESSION_NESTING {
            return self.error(format!("{kind}-string: expressions nested too deeply"));
        }
        mode.in_text = false;
        Ok(())
    }

    pub(super) fn unterminated_string_mode(&mut self, in_spec: bool) -> Step {
        let detected = self.last_line();
        let Some(mode) = self.modes.last() else { return Ok(()) };
        let (kind, quote_size) = (mode.kind, mode.quote_size);
        if in_spec && self.at < self.source.len() {
            self.at += 1;
            return self.error(format!(
                "{kind}-string: newlines are not allowed in format specifiers for single quoted {kind}-strings"
            ));
        }
        (self.at, self.line, self.line_start) = (mode.start + 1, mode.first_line, mode.line_start);
        let what = if quote_size == 3 { "triple-quoted " } else { "" };
        let message = format!("unterminated {what}{kind}-string literal (detected at line {detected})");
        self.unterminated(message, quote_size == 3)
    }
}
