//! Compiles source files to `.pyc` files, for comparing with CPython's.
//!
//! Reads lines `source<TAB>pyc` from standard input, optionally with a tab and a mode (then the source counts as text), after
//! `incomplete ` for the flags of `codeop`. A `pyc` of `-` isn't written. Answers each line with one: `ok` and for each warning a tab, its line, a bar and its message; or `error`
//! and the fields of the exception, separated by tabs.

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
        // `codeop`'s flags.
        let incomplete = mode.is_some_and(|mode| mode.starts_with("incomplete "));
        let mode = match mode.map(|mode| mode.trim_start_matches("incomplete ")) {
            Some("eval") => Mode::Eval,
            Some("single") => Mode::Single,
            _ => Mode::Exec,
        };
        let source = std::fs::read(path)?;
        let options = Options {
            optimize,
            ignore_cookie,
            dont_imply_dedent: incomplete,
            allow_incomplete_input: incomplete,
            ..Options::new(mode, path)
        };
        match compile(&source, &options) {
            Ok(compiled) => {
                if pyc != "-" {
                    let mut bytes = vec![0; 16];
                    bytes.extend_from_slice(&marshal::dumps(&Constant::Code(compiled.code)));
                    std::fs::write(pyc, bytes)?;
                }
                write!(output, "ok")?;
                for warning in compiled.warnings {
                    write!(output, "\t{}|{}", warning.line, warning.message.replace(['\t', '\n'], " "))?;
                }
                writeln!(output)?;
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
