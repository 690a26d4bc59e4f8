//! Hot code objects to native code.
