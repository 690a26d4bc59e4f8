//! Times reading and verifying `.pyc` files: their names, one a line, on standard input. An argument says how often.
//!
//! Prints the seconds that `marshal::loads` takes, and those that `verify::verify` takes.

use std::io::BufRead;
use std::time::{Duration, Instant};

use taipan_compiler::{Constant, marshal, verify};

fn main() {
    let rounds = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(5);
    let files = std::io::stdin().lock().lines().map_while(Result::ok);
    let files: Vec<Vec<u8>> = files.map(|path| std::fs::read(path).unwrap_or_default()).collect();
    let (mut least_read, mut least_verified) = (Duration::MAX, Duration::MAX);
    for _ in 0..rounds {
        let (mut read, mut verified) = (Duration::ZERO, Duration::ZERO);
        for file in &files {
            let Some(bytes) = file.get(16..) else { continue };
            let start = Instant::now();
            let constant = marshal::loads(bytes);
            let middle = Instant::now();
            if let Ok(Constant::Code(code)) = &constant
                && let Err(error) = verify::verify(code)
            {
                println!("{}: {error}", code.filename);
            }
            verified += middle.elapsed();
            drop(constant);
            read += middle - start;
        }
        (least_read, least_verified) = (least_read.min(read), least_verified.min(verified));
    }
    println!("files {} read {least_read:?} verified {least_verified:?}", files.len());
}
