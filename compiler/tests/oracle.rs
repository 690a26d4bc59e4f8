//! What CPython's compiler makes of its own library: read, verified, written, disassembled, and compiled to the same.
//!
//! The oracle is the command in `TAIPAN_ORACLE`, or the one that `tools/oracle.sh` installs; without it the test does
//! nothing. `TAIPAN_ORACLE_FILES` names other files than the default sample (a folder stands for what is in it).

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use taipan_compiler::{Constant, Options, compile, disassemble, marshal, verify};

fn oracle() -> Option<PathBuf> {
    if let Some(command) = std::env::var_os("TAIPAN_ORACLE") {
        return Some(command.into());
    }
    let home = std::env::var_os("HOME")?;
    Some(Path::new(&home).join(".cache/python-oracle/bin/python3.14")).filter(|path| path.exists())
}

fn library(oracle: &Path) -> PathBuf {
    let output =
        Command::new(oracle).args(["-c", "import os; print(os.path.dirname(os.__file__))"]).output().unwrap();
    PathBuf::from(String::from_utf8(output.stdout).unwrap().trim())
}

fn python_files(path: &Path, files: &mut Vec<PathBuf>) {
    if path.is_dir() {
        let mut entries: Vec<_> =
            std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
        entries.sort();
        for entry in entries {
            python_files(&entry, files);
        }
    } else if path.extension().is_some_and(|extension| extension == "py") {
        files.push(path.to_owned());
    }
}

#[test]
fn library_code() {
    let Some(oracle) = oracle() else { return };
    let mut files = Vec::new();
    match std::env::var_os("TAIPAN_ORACLE_FILES") {
        Some(paths) => std::env::split_paths(&paths).for_each(|path| python_files(&path, &mut files)),
        None => {
            let library = library(&oracle);
            for name in [
                "asyncio",
                "collections",
                "json",
                "dataclasses.py",
                "inspect.py",
                "typing.py",
                "_pydatetime.py",
            ] {
                python_files(&library.join(name), &mut files);
            }
        }
    }
    let mut rejected = Vec::new();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle.py");
    for some in files.chunks(500) {
        let mut child = Command::new(&oracle)
            .arg(&script)
            .args(some)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (mut to, mut from) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        loop {
            let bytes = receive(&mut from);
            if bytes.is_empty() {
                break;
            }
            let constant = marshal::loads(&bytes).unwrap();
            let Constant::Code(code) = &constant else { panic!("not code") };
            if let Err(error) = verify::verify(code) {
                rejected.push(format!("{}: {error}", code.filename));
            }
            send(&mut to, &marshal::dumps(&constant));
            send(&mut to, disassemble::disassemble(code).as_bytes());
            send(&mut to, &compiled(&code.filename.to_string()));
        }
        assert!(child.wait().unwrap().success());
    }
    assert!(rejected.is_empty(), "the verifier rejects sound code:\n{}", rejected.join("\n"));
}

/// The marshalled code object that our compiler makes of a file; empty if it rejects it.
fn compiled(path: &str) -> Vec<u8> {
    let source = std::fs::read(path).unwrap();
    match compile(&source, &Options::exec(path)) {
        Ok(compiled) => marshal::dumps(&Constant::Code(compiled.code)),
        Err(_) => Vec::new(),
    }
}

fn receive(from: &mut impl Read) -> Vec<u8> {
    let mut length = [0; 4];
    from.read_exact(&mut length).unwrap();
    let mut bytes = vec![0; u32::from_le_bytes(length) as usize];
    from.read_exact(&mut bytes).unwrap();
    bytes
}

fn send(to: &mut impl Write, bytes: &[u8]) {
    to.write_all(&(bytes.len() as u32).to_le_bytes()).unwrap();
    to.write_all(bytes).unwrap();
    to.flush().unwrap();
}
