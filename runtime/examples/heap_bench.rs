//! Measures the heap alone: `cargo run --release --example heap_bench [name]`.
//!
//! Each workload is a shape of allocation that Python programs show: garbage that dies at once, trees, lists of
//! boxed values, a large old list whose slots are replaced, a queue whose entries live for a while.

use std::time::Instant;
use taipan_runtime::heap::*;

type Workload = fn() -> usize;

const NODE: u8 = 1;
const ARRAY: u8 = 2;
const PLAIN: u8 = 3;

unsafe fn word(object: *mut Header, index: usize) -> *mut u64 {
    unsafe { (object as *mut u64).add(index) }
}

unsafe fn trace_node(object: *mut Header, tracer: &mut Tracer) {
    unsafe {
        for index in 1..(*object).size_words as usize {
            tracer.value(*word(object, index));
        }
    }
}

#[inline(always)]
fn node(fields: usize) -> *mut Header {
    heap().alloc(NODE, 1, 8 + 8 * fields)
}

fn tree(depth: u32) -> *mut Header {
    let left = if depth == 0 { std::ptr::null_mut() } else { tree(depth - 1) };
    let right = if depth == 0 { std::ptr::null_mut() } else { tree(depth - 1) };
    let object = node(3);
    // SAFETY: just allocated.
    unsafe {
        *word(object, 1) = left as u64;
        *word(object, 2) = right as u64;
    }
    object
}

fn count(object: *mut Header) -> usize {
    // SAFETY: a tree of nodes.
    unsafe {
        let left = *word(object, 1) as *mut Header;
        if left.is_null() { 1 } else { 1 + count(left) + count(*word(object, 2) as *mut Header) }
    }
}

fn binary_trees() -> usize {
    let depth = 18;
    let long_lived = tree(depth);
    let mut total = 0;
    for step in (4..=depth).step_by(4) {
        for _ in 0..1usize << (depth - step + 4) {
            total += count(tree(step));
        }
    }
    total + count(std::hint::black_box(long_lived))
}

/// Garbage that dies at once, as boxed numbers do.
fn garbage() -> usize {
    let mut sum = 0;
    for index in 0..100_000_000usize {
        let object = heap().alloc(PLAIN, 2, 16);
        // SAFETY: just allocated.
        unsafe { *word(object, 1) = index as u64 };
        sum ^= std::hint::black_box(object) as usize & 1;
    }
    sum
}

fn list(length: usize) -> *mut Header {
    heap().alloc(ARRAY, 3, 8 + 8 * length)
}

unsafe fn set(list: *mut Header, index: usize, object: *mut Header) {
    unsafe {
        let slot = word(list, 1 + index);
        *slot = object as u64;
        write_barrier_slot(list, slot);
    }
}

/// Lists of a million boxed values, made and dropped.
fn lists() -> usize {
    let mut total = 0;
    for _ in 0..20 {
        let length = 1_000_000;
        let values = list(length);
        for index in 0..length {
            // SAFETY: within the list.
            unsafe { set(values, index, heap().alloc(PLAIN, 2, 16)) };
        }
        total += std::hint::black_box(values) as usize & 1;
    }
    total
}

/// A large old list whose slots are replaced at random.
fn replace() -> usize {
    let length = 1_000_000;
    let values = list(length);
    let mut seed = 1u64;
    for index in 0..length {
        unsafe { set(values, index, node(4)) };
    }
    for _ in 0..20_000_000 {
        seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        unsafe { set(values, (seed >> 33) as usize % length, node(4)) };
    }
    std::hint::black_box(values) as usize & 1
}

/// A queue: entries live for a while.
fn queue() -> usize {
    let length = 50_000;
    let values = list(length);
    for index in 0..40_000_000 {
        unsafe { set(values, index % length, node(3)) };
    }
    std::hint::black_box(values) as usize & 1
}

/// Buffers of all sizes.
fn buffers() -> usize {
    let values = list(1000);
    let mut seed = 1u64;
    for index in 0..1_000_000 {
        seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        let bytes = 1usize << (5 + (seed >> 60));
        unsafe { set(values, index % 1000, heap().alloc(PLAIN, 2, bytes + (seed >> 40) as usize % bytes)) };
    }
    std::hint::black_box(values) as usize & 1
}

fn peak_memory_kib() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("");
    line.split_whitespace().nth(1).unwrap_or("?").to_string()
}

fn main() {
    let start = Instant::now();
    heap().initialize(HeapConfig::from_environment());
    println!("start-up {:?}", start.elapsed());
    heap().register_kind(NODE, KindDescription { layout: Layout::Precise(trace_node), drop: None });
    heap().register_kind(ARRAY, KindDescription { layout: Layout::Words(8), drop: None });
    heap().register_kind(PLAIN, KindDescription { layout: Layout::NoPointers, drop: None });
    let workloads: [(&str, Workload); 6] = [
        ("binary_trees", binary_trees),
        ("garbage", garbage),
        ("lists", lists),
        ("replace", replace),
        ("queue", queue),
        ("buffers", buffers),
    ];
    let wanted = std::env::args().nth(1);
    for (name, workload) in workloads {
        if wanted.as_deref().is_some_and(|wanted| wanted != name) {
            continue;
        }
        let before = heap().stats();
        let start = Instant::now();
        std::hint::black_box(workload());
        let elapsed = start.elapsed();
        let after = heap().stats();
        println!(
            "{name:14} {:7.1} ms, {:6.1} collecting ({} minor, {} full), longest pause {:.2} ms, {} MiB allocated, peak RSS {} KiB",
            elapsed.as_secs_f64() * 1e3,
            (after.collection_time - before.collection_time).as_secs_f64() * 1e3,
            after.minor_collections - before.minor_collections,
            after.full_collections - before.full_collections,
            after.longest_pause.as_secs_f64() * 1e3,
            (after.allocated_bytes - before.allocated_bytes) >> 20,
            peak_memory_kib(),
        );
        heap().collect(Collection::Full);
    }
}
