//! Compiles the pure-Python half of the standard library (the crate `rustpython-pylib`: CPython 3.14's `Lib`) and lays it
//! out as one file of marshalled code objects, one of compressed sources, and a table of both.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use taipan_compiler::{Constant, Options};

/// Top-level folders that are not for programs: tests, an editor, demos.
const LEFT_OUT: [&str; 6] = ["test", "idlelib", "turtledemo", "lib2to3", "__pycache__", "site-packages"];

struct Module {
    /// Dotted name.
    name: String,
    path: PathBuf,
    is_package: bool,
}

fn collect(folder: &Path, prefix: &str, modules: &mut Vec<Module>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("a folder of the library")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    entries.sort();
    for path in entries {
        let Some(stem) = path.file_stem().and_then(|stem| stem.to_str()) else { continue };
        if path.is_dir() {
            let skip = (prefix.is_empty() && LEFT_OUT.contains(&stem))
                || stem == "__pycache__"
                || stem == "tests"
                || stem == "test";
            let init = path.join("__init__.py");
            if !skip && init.exists() {
                let name = format!("{prefix}{stem}");
                modules.push(Module { name: name.clone(), path: init, is_package: true });
                collect(&path, &format!("{name}."), modules);
            }
        } else if path.extension().is_some_and(|extension| extension == "py") && stem != "__init__" {
            modules.push(Module { name: format!("{prefix}{stem}"), path, is_package: false });
        }
    }
}

/// Names under which the runtime starts the import system.
fn frozen_aliases(name: &str) -> Option<&'static str> {
    match name {
        "importlib._bootstrap" => Some("_frozen_importlib"),
        "importlib._bootstrap_external" => Some("_frozen_importlib_external"),
        _ => None,
    }
}

fn main() {
    let library = Path::new(rustpython_pylib::LIB_PATH);
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={}", library.display());
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let mut modules = Vec::new();
    collect(library, "", &mut modules);
    let (mut code_bytes, mut source_bytes, mut table) = (Vec::new(), Vec::new(), String::from("&[\n"));
    for module in &modules {
        let source = std::fs::read(&module.path).expect("a source of the library");
        let options = Options::exec(format!("<frozen {}>", module.name));
        let compiled = match taipan_compiler::compile(&source, &options) {
            Ok(compiled) => compiled,
            Err(error) => {
                println!(
                    "cargo::warning={} is left out: {} (line {})",
                    module.name, error.message, error.line
                );
                continue;
            }
        };
        let code = taipan_compiler::marshal::dumps(&Constant::Code(compiled.code));
        let compressed = miniz_oxide::deflate::compress_to_vec(&source, 9);
        let (code_start, source_start) = (code_bytes.len(), source_bytes.len());
        code_bytes.extend_from_slice(&code);
        source_bytes.extend_from_slice(&compressed);
        let mut row = |name: &str| {
            writeln!(
                table,
                "    Row {{ name: {name:?}, original_name: {:?}, is_package: {}, code: ({code_start}, {}), source: ({source_start}, {}) }},",
                module.name,
                module.is_package,
                code_bytes.len(),
                source_bytes.len(),
            )
            .expect("writing to a string");
        };
        row(&module.name);
        if let Some(alias) = frozen_aliases(&module.name) {
            row(alias);
        }
    }
    table.push_str("]\n");
    std::fs::write(out.join("code.bin"), code_bytes).expect("writing the code");
    std::fs::write(out.join("sources.bin"), source_bytes).expect("writing the sources");
    std::fs::write(out.join("table.rs"), table).expect("writing the table");
}
