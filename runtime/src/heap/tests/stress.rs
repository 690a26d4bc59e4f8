//! The random mutator in many settings. A failing assertion names the seed.

use super::super::*;
use super::world::*;

fn run(name: &str, config: HeapConfig, mix: Mix, seeds: std::ops::Range<u64>, steps: usize) {
    for seed in seeds {
        let note = NoteSeed(name, seed);
        let mut world = World::new(config.clone(), mix, seed);
        world.run(steps);
        let (retained, dead) = world.retained;
        assert!(retained <= dead / 4 + 20, "{retained} of {dead} dead referents were kept");
        std::mem::forget(note);
    }
}

/// Prints the seed if its run panics.
struct NoteSeed<'a>(&'a str, u64);

impl Drop for NoteSeed<'_> {
    fn drop(&mut self) {
        eprintln!("{}: seed {}", self.0, self.1);
    }
}

/// Small enough for many collections of every kind.
fn config(torture: u32) -> HeapConfig {
    HeapConfig {
        reserve: 1 << 30,
        nursery: 256 << 10,
        full_minimum: 1 << 20,
        torture,
        ..HeapConfig::default()
    }
}

#[test]
fn small_objects() {
    run("small objects", config(0), SMALL_MIX, 0..3, 200_000);
}

#[test]
fn small_objects_tortured() {
    run("small objects, tortured", config(3), SMALL_MIX, 100..103, 4_000);
}

#[test]
fn small_objects_collected_now_and_then() {
    run("small objects, some torture", config(97), SMALL_MIX, 200..202, 60_000);
}

#[test]
fn large_objects() {
    run("large objects", config(0), LARGE_MIX, 300..302, 8_000);
}

#[test]
fn large_objects_tortured() {
    run("large objects, tortured", config(5), LARGE_MIX, 400..402, 3_000);
}

#[test]
fn mostly_minor_collections() {
    let config = HeapConfig { full_minimum: 256 << 20, nursery: 64 << 10, ..config(0) };
    let mix = Mix { collect_every: 100_000, ..SMALL_MIX };
    run("mostly minor", config, mix, 500..502, 200_000);
}

#[test]
fn default_settings() {
    run("default settings", HeapConfig::default(), SMALL_MIX, 600..601, 400_000);
}

/// `cargo test -- --ignored soak` with other seeds and settings, for as long as `TAIPAN_HEAP_SOAK` seconds.
#[test]
#[ignore = "as long as one likes"]
fn soak() {
    let seconds = std::env::var("TAIPAN_HEAP_SOAK").ok().and_then(|text| text.parse().ok()).unwrap_or(60);
    let end = std::time::Instant::now() + std::time::Duration::from_secs(seconds);
    let mut random = Random(std::process::id() as u64);
    while std::time::Instant::now() < end {
        let seed = random.next();
        let torture = [0, 0, 1, 2, 7, 50, 1000][random.below(7)];
        let base = if random.below(2) == 0 { SMALL_MIX } else { LARGE_MIX };
        let mix = Mix {
            roots: random.below(100) + 1,
            arrays: random.below(8),
            data: random.below(7),
            array_fields: random.below(base.array_fields) + 20,
            collect_every: random.below(10_000) + 1,
            ..base
        };
        let config = HeapConfig {
            nursery: 64 << 10 << random.below(6),
            full_minimum: 1 << 20 << random.below(5),
            maximum: 512 << 20,
            ..config(torture)
        };
        let steps = if torture == 0 || torture > 40 { 10_000 } else { 600 };
        run(&format!("soak {mix:?} {config:?}"), config, mix, seed..seed + 1, steps);
    }
}
