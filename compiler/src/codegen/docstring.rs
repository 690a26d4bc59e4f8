//! Docstrings without their indentation.

use super::Generator;
use crate::constant::Constant;
use crate::error::{ErrorKind, LineText, Problem, Result};
use crate::instruction_sequence::Location;
use crate::text::Text;

const TAB_SIZE: usize = 8;

impl<'a> Generator<'a, '_> {
    /// The docstring as a constant, its lines without their common margin.
    pub(super) fn clean_docstring(&mut self, text: &'a [u8]) -> Result<Constant> {
        let expanded;
        let text = if text.contains(&b'\t') {
            expanded = expand_tabs(text);
            &*self.arena.alloc_slice_copy(&expanded)
        } else {
            text
        };
        if std::str::from_utf8(text).is_err() {
            let mut problem =
                Problem::of_kind(ErrorKind::UnicodeEncodeError, "surrogates not allowed", Location::NONE);
            problem.line_text = LineText::Unencodable(Text::from_wtf8(text).unwrap_or_else(Text::empty));
            return Err(problem);
        }
        let mut lines = text.split(|&byte| byte == b'\n');
        let first = lines.next().unwrap_or_default();
        let indentation = |line: &[u8]| line.iter().take_while(|&&byte| byte == b' ').count();
        let margin =
            lines.clone().filter(|line| indentation(line) < line.len()).map(indentation).min().unwrap_or(0);
        if indentation(first) == 0 && margin == 0 {
            return Ok(self.string_constant(text));
        }
        let mut cleaned = first[indentation(first)..].to_vec();
        for line in lines {
            cleaned.push(b'\n');
            cleaned.extend_from_slice(&line[margin.min(indentation(line))..]);
        }
        let cleaned = self.arena.alloc_slice_copy(&cleaned);
        Ok(self.string_constant(cleaned))
    }
}

fn expand_tabs(text: &[u8]) -> Vec<u8> {
    let mut expanded = Vec::with_capacity(text.len() + TAB_SIZE);
    let mut column = 0;
    for &byte in text {
        match byte {
            b'\t' => {
                let spaces = TAB_SIZE - column % TAB_SIZE;
                expanded.extend(std::iter::repeat_n(b' ', spaces));
                column += spaces;
            }
            _ => {
                expanded.push(byte);
                if matches!(byte, b'\n' | b'\r') {
                    column = 0;
                } else if byte & 0xC0 != 0x80 {
                    // Columns are characters.
                    column += 1;
                }
            }
        }
    }
    expanded
}
