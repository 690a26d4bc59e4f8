//! Compiles source files to `.pyc` files, for comparing with CPython's.
//!
//! A `pyc` of `-` isn't written. Reads lines `source<TAB>pyc` or `source<TAB>pyc<TAB>mode` (then the source counts as text) from standard input and answers each with a line: `ok`, or `error`, tab, and the fields of the
//! exception separated by tabs.

use std::io::{BufRead, Write};

use taipan_compiler::{Constant, Mode, Options, compile, marshal};

fn main() -> std::io::Result<()> {
    let optimize = std::env::args().nth(1).and_then(|level| level.parse().ok()).unwrap_or(0);
    let mut output = std::io::stdout();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let mut fields = line.split('\t');
        let (Some(path), Some(pyc)) = (fields.next(), fields.next()) else { continue };
        let mode = fields.next();
        let ignore_cookie = mode.is_some();
        let mode = match mode {
            Some("eval") => Mode::Eval,
            Some("single") => Mode::Single,
            _ => Mode::Exec,
        };
        let source = std::fs::read(path)?;
        let options = Options { optimize, ignore_cookie, ..Options::new(mode, path) };
        match compile(&source, &options) {
            Ok(compiled) => {
                if pyc == "-" {
                    continue;
                }
                let mut bytes = vec![0; 16];
                bytes.extend_from_slice(&marshal::dumps(&Constant::Code(compiled.code)));
                std::fs::write(pyc, bytes)?;
                writeln!(output, "ok")?;
            }
            Err(error) => writeln!(
                output,
                "error\t{}\t{}\t{}\t{}\t{}\t{}",
                error.kind.name(),
                error.message.replace(['\t', '\n'], " "),
                error.line,
                error.column,
                error.end_line,
                error.end_column
            )?,
        }
        output.flush()?;
    }
    Ok(())
}
