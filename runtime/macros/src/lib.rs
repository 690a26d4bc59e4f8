//! Declares native functions, types and modules.
