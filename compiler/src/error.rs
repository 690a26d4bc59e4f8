//! Errors and warnings of the compiler, in CPython's terms.

use std::sync::Arc;

use crate::diagnose::Span;
use crate::instruction_sequence::Location;
use crate::text::Text;

/// The Python exception that a failed compilation raises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    SyntaxError,
    IndentationError,
    TabError,
    /// The interactive source ends where more is expected.
    IncompleteInputError,
    ValueError,
    MemoryError,
    RecursionError,
    OverflowError,
    TypeError,
    SystemError,
    /// A text that CPython wants as UTF-8 holds a lone surrogate; [`LineText::Unencodable`] has it.
    UnicodeEncodeError,
}

impl ErrorKind {
    /// The name of the exception class.
    pub fn name(self) -> &'static str {
        match self {
            ErrorKind::SyntaxError => "SyntaxError",
            ErrorKind::IndentationError => "IndentationError",
            ErrorKind::TabError => "TabError",
            ErrorKind::IncompleteInputError => "_IncompleteInputError",
            ErrorKind::ValueError => "ValueError",
            ErrorKind::MemoryError => "MemoryError",
            ErrorKind::RecursionError => "RecursionError",
            ErrorKind::OverflowError => "OverflowError",
            ErrorKind::TypeError => "TypeError",
            ErrorKind::SystemError => "SystemError",
            ErrorKind::UnicodeEncodeError => "UnicodeEncodeError",
        }
    }
}

/// Why a source couldn't be compiled: what the exception carries.
#[derive(Clone, Debug)]
pub struct CompileError {
    pub kind: ErrorKind,
    pub message: String,
    pub filename: Arc<str>,
    /// The line, from 1; 0 if there is none.
    pub line: i32,
    /// CPython's `offset`: characters from 1; 0 or -1 if unknown.
    pub column: i32,
    pub end_line: i32,
    pub end_column: i32,
    /// The text of the line.
    pub text: Option<String>,
    /// Where it is to be looked up if it isn't known.
    pub line_text: LineText,
    /// For errors of the parser: line and column of the last statement before, and the source.
    pub metadata: Option<Box<(i32, i32, String)>>,
    /// The `SyntaxWarning`s to issue first.
    pub warnings: Vec<Warning>,
    /// The source's encoding isn't known here, or the source isn't in it: somebody else may do better.
    pub is_of_codec: bool,
}

/// A `SyntaxWarning` for the caller to issue.
#[derive(Clone, Debug)]
pub struct Warning {
    pub message: String,
    pub line: u32,
    /// Characters from 1.
    pub column: u32,
    pub end_line: u32,
    pub end_column: u32,
}

/// Which text of its line an error carries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum LineText {
    /// What the file has there: the pass doesn't know the source.
    #[default]
    FromFile,
    /// The same, but place and text are no arguments of the exception, only attributes.
    AttributesFromFile,
    /// The line with the newline that the tokenizer sees at its end.
    Complete,
    /// The line without a newline.
    Bare,
    /// This text: the line couldn't be decoded.
    Given(String),
    /// None, but the text that can't be encoded.
    Unencodable(Text),
}

/// An error on its way out of a pass: its columns are still byte offsets.
#[derive(Debug)]
pub struct Problem {
    pub kind: ErrorKind,
    pub message: String,
    pub location: Location,
    /// The place in CPython's own terms, if it isn't that of a node.
    pub span: Option<Span>,
    pub line_text: LineText,
    /// Where the last statement that was parsed starts.
    pub last_statement: Option<(i32, i32)>,
    /// What there is to warn of as well.
    pub notices: Vec<Notice>,
    /// See [`CompileError::is_of_codec`].
    pub is_of_codec: bool,
}

pub type Result<T> = std::result::Result<T, Box<Problem>>;

impl Problem {
    pub fn syntax(message: impl Into<String>, location: Location) -> Box<Problem> {
        Box::new(Problem {
            kind: ErrorKind::SyntaxError,
            message: message.into(),
            location,
            span: None,
            line_text: LineText::FromFile,
            last_statement: None,
            notices: Vec::new(),
            is_of_codec: false,
        })
    }

    pub fn of_kind(kind: ErrorKind, message: impl Into<String>, location: Location) -> Box<Problem> {
        Box::new(Problem {
            kind,
            message: message.into(),
            location,
            span: None,
            line_text: LineText::FromFile,
            last_statement: None,
            notices: Vec::new(),
            is_of_codec: false,
        })
    }
}

/// A warning on its way out of a pass.
#[derive(Debug)]
pub struct Notice {
    pub message: String,
    pub location: Location,
}
