//! The pure-Python half of the standard library: CPython 3.14's `Lib` as the crate `rustpython-pylib` ships it, compiled
//! by our own compiler when Taipan is built.
//!
//! Code is embedded as it is unmarshalled, so that importing a module costs no decompression; sources, which only
//! tracebacks and `inspect` read, are compressed.

/// A module of the library.
#[derive(Clone, Copy, Debug)]
pub struct LibraryModule {
    /// Name by which it is imported.
    pub name: &'static str,
    /// Its dotted name in the library.
    pub original_name: &'static str,
    pub is_package: bool,
    /// Marshalled code object.
    pub code: &'static [u8],
    compressed_source: &'static [u8],
}

struct Row {
    name: &'static str,
    original_name: &'static str,
    is_package: bool,
    code: (usize, usize),
    source: (usize, usize),
}

static CODE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/code.bin"));
static SOURCES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/sources.bin"));
static TABLE: &[Row] = include!(concat!(env!("OUT_DIR"), "/table.rs"));

/// All modules.
pub fn modules() -> impl Iterator<Item = LibraryModule> {
    TABLE.iter().map(|row| LibraryModule {
        name: row.name,
        original_name: row.original_name,
        is_package: row.is_package,
        code: &CODE[row.code.0..row.code.1],
        compressed_source: &SOURCES[row.source.0..row.source.1],
    })
}

impl LibraryModule {
    /// The source text's bytes.
    pub fn source(&self) -> Vec<u8> {
        miniz_oxide::inflate::decompress_to_vec(self.compressed_source).unwrap_or_default()
    }
}
