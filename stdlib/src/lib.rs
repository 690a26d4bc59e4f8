//! The native half of the standard library.

pub mod sre;
