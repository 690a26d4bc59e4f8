//! The native half of the standard library.
//!
//! A module of Python is a module here, with a type that carries the declaration; [`start`] has the list of all of them and what the
//! command calls when the interpreter starts and ends. [`system`] is what the modules that call the operating system share.

pub mod io;
pub mod recursion;
pub mod sre;
pub mod start;
pub mod system;

pub use io::standard::open_standard_streams;
pub use start::{register, run_exit_functions};
pub use system::{os_bytes, os_error, os_error_text, text_of_os};
