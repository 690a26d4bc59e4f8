//! Single properties.

use super::super::*;
use super::world::*;

fn config() -> HeapConfig {
    HeapConfig { reserve: 256 << 20, ..HeapConfig::default() }
}

/// Runs a function in a frame of its own and then overwrites the stack it used.
#[inline(never)]
fn apart<R>(function: impl FnOnce() -> R) -> R {
    let result = function();
    clobber();
    result
}

#[inline(never)]
fn clobber() {
    std::hint::black_box(&mut [1u64; 1024]);
}

fn root(index: usize, object: *mut Header) {
    ROOTS.with_borrow_mut(|roots| {
        if roots.len() <= index {
            roots.resize(index + 1, 0);
        }
        roots[index] = object as u64;
    });
}

fn weak_to(heap: &Heap, root_index: usize, referent: *mut Header) {
    let cell = make(heap, WEAK, 77, 1);
    unsafe { *word(cell, 2) = referent as u64 };
    heap.register_weak(cell, 16);
    root(root_index, cell);
}

fn referent(root_index: usize) -> u64 {
    ROOTS.with_borrow(|roots| unsafe { *word(roots[root_index] as *mut Header, 2) })
}

#[test]
fn memory_is_zero_and_headers_are_set() {
    let heap = toy_heap(config());
    for id in 1..20_000 {
        let object = make(&heap, DATA, id, (id % 300) as usize);
        unsafe {
            assert_eq!((*object).kind, DATA);
            assert_eq!((*object).gc, 0);
            (*object).gc = 0;
            for index in 0..field_count(object) {
                *word(object, 2 + index) = u64::MAX;
            }
        }
    }
}

#[test]
fn interior_and_end_pointers_keep_objects() {
    let heap = toy_heap(config());
    let (inside, end) = apart(|| {
        let node = make(&heap, NODE, 1, 4);
        weak_to(&heap, 0, node);
        let data = make(&heap, DATA, 2, 40);
        weak_to(&heap, 1, data);
        (node as usize + 21, data as usize + heap_size(&heap, data))
    });
    heap.collect(Collection::Full);
    heap.collect(Collection::Minor);
    assert_eq!(referent(0) as usize, inside - 21);
    assert_ne!(referent(1), 0);
    std::hint::black_box((inside, end));
}

fn heap_size(heap: &Heap, object: *mut Header) -> usize {
    unsafe { heap.size_of(object) }
}

#[test]
fn weak_references_die_and_are_queued_once() {
    let heap = toy_heap(config());
    apart(|| {
        for index in 0..100 {
            let node = make(&heap, NODE, index + 1, 2);
            weak_to(&heap, index as usize, node);
        }
    });
    heap.collect(Collection::Full);
    let mut cleared = 0;
    while let Some(cell) = heap.take_cleared_weak() {
        unsafe { assert_eq!(*word(cell, 2), 0) };
        cleared += 1;
    }
    assert!(cleared >= 98, "only {cleared}");
    heap.collect(Collection::Full);
    let mut more = 0;
    while heap.take_cleared_weak().is_some() {
        more += 1;
    }
    assert!(cleared + more <= 100);
}

#[test]
fn finalizers_run_parents_first_and_once() {
    let heap = toy_heap(config());
    apart(|| {
        // A chain, child before parent, then one parent before child.
        let mut child = std::ptr::null_mut();
        for id in 1..=50 {
            let node = make(&heap, NODE, id, 1);
            unsafe { *word(node, 2) = child as u64 };
            heap.register_finalizer(node);
            child = node;
        }
    });
    heap.collect(Collection::Full);
    let mut order = Vec::new();
    while let Some(object) = heap.take_finalizer() {
        order.push(unsafe { id_of(object) });
    }
    assert!(order.len() >= 48, "{order:?}");
    assert!(order.windows(2).all(|pair| pair[0] > pair[1]), "{order:?}");
    clobber();
    heap.collect(Collection::Full);
    assert!(heap.take_finalizer().is_none_or(|object| !order.contains(&unsafe { id_of(object) })));
}

#[test]
fn resurrected_objects_keep_their_weak_references() {
    let heap = toy_heap(config());
    apart(|| {
        let node = make(&heap, NODE, 1, 1);
        heap.register_finalizer(node);
        weak_to(&heap, 0, node);
    });
    heap.collect(Collection::Full);
    apart(|| {
        let Some(object) = heap.take_finalizer() else { return };
        assert_eq!(referent(0), object as u64);
        root(1, object);
    });
    heap.collect(Collection::Full);
    assert_ne!(referent(0), 0);
    root(1, std::ptr::null_mut());
    clobber();
    heap.collect(Collection::Full);
    assert!(heap.take_finalizer().is_none());
}

#[test]
fn drop_functions_run_at_death_and_at_shutdown() {
    DROPPED.with_borrow_mut(Vec::clear);
    let heap = toy_heap(config());
    apart(|| {
        for id in 1..=20 {
            let owner = make(&heap, OWNER, id, 0);
            heap.register_drop(owner);
            if id <= 3 {
                root(id as usize, owner);
            }
        }
    });
    heap.collect(Collection::Minor);
    let dropped = DROPPED.with_borrow(Vec::len);
    assert!((15..=17).contains(&dropped), "{dropped}");
    heap.drop_all();
    assert_eq!(DROPPED.with_borrow(Vec::len), 20);
}

#[test]
fn memory_goes_back_after_a_shrink() {
    let heap = toy_heap(config());
    apart(|| {
        let list = make(&heap, ARRAY, 1, 100_000);
        root(0, list);
        for index in 0..100_000 {
            let object = make(&heap, NODE, 2, 10);
            let slot = unsafe { word(list, 2 + index) };
            unsafe { *slot = object as u64 };
            unsafe { heap.write_barrier_slot(list, slot) };
        }
    });
    let before = heap.stats().used_bytes;
    assert!(before > 9_000_000);
    root(0, std::ptr::null_mut());
    clobber();
    heap.collect(Collection::Full);
    assert!(heap.stats().used_bytes < before / 4);
}

#[test]
fn large_objects_resize_in_place_and_can_be_released() {
    let heap = toy_heap(config());
    let list = make(&heap, ARRAY, 1, 5_000);
    unsafe {
        assert!(heap.resize_large(list, 16 + 8 * 50_000));
        assert_eq!(heap.size_of(list), 16 + 8 * 50_000);
        for index in 2..50_002 {
            assert_eq!(*word(list, index), 0);
            *word(list, index) = u64::MAX;
        }
        assert!(heap.resize_large(list, 16 + 8 * 6_000));
        assert!(heap.resize_large(list, 16 + 8 * 40_000));
        for index in 2..40_002 {
            assert_eq!(*word(list, index), if index < 6_002 { u64::MAX } else { 0 });
        }
        let used = heap.stats().used_bytes;
        heap.release_large(list);
        assert!(heap.stats().used_bytes < used);
        assert_eq!(*word(list, 2), 0);
    }
    heap.collect(Collection::Minor);
    heap.collect(Collection::Full);
}

#[test]
fn running_out_of_memory_draws_on_the_reserve() {
    let heap = toy_heap(HeapConfig { reserve: 256 << 20, maximum: 8 << 20, ..HeapConfig::default() });
    assert!(heap.alloc_fallible(DATA, 0, 100 << 20).is_none());
    assert!(heap.alloc_fallible(DATA, 0, usize::MAX - 3).is_none());
    assert!(!heap.take_memory_exhausted());
    apart(|| {
        let mut last = std::ptr::null_mut();
        while !heap.take_memory_exhausted() {
            let node = make(&heap, NODE, 1, 10);
            unsafe { *word(node, 2) = last as u64 };
            last = node;
            root(0, last);
        }
        for _ in 0..100 {
            make(&heap, NODE, 1, 10);
        }
    });
    root(0, std::ptr::null_mut());
    clobber();
    heap.collect(Collection::Full);
    heap.take_memory_exhausted();
    assert!(heap.alloc_fallible(DATA, 0, 4 << 20).is_some());
    assert!(!heap.take_memory_exhausted());
}

#[test]
fn referents_and_objects_are_listed() {
    let heap = toy_heap(config());
    let parent = make(&heap, NODE, 1, 3);
    root(0, parent);
    for field in 0..3 {
        let child = make(&heap, NODE, 2 + field as u64, 0);
        unsafe { *word(parent, 2 + field) = child as u64 };
    }
    let ids: Vec<u64> = heap.referents(parent).iter().map(|child| unsafe { id_of(*child) }).collect();
    assert_eq!(ids, [2, 3, 4]);
    let mut seen = 0;
    heap.for_each_object(|object| seen += (unsafe { (*object).kind } == NODE) as usize);
    assert_eq!(seen, 4);
}

#[test]
fn parked_threads_keep_their_objects() {
    let heap = toy_heap(config());
    let object = make(&heap, NODE, 5, 2);
    root(0, std::ptr::null_mut());
    let shared = &*heap;
    std::hint::black_box(object);
    shared.parked(|| {
        std::thread::scope(|scope| {
            scope.spawn(move || {
                let token = shared.attach_thread();
                for id in 0..100_000 {
                    make(shared, NODE, id + 10, 4);
                }
                shared.collect(Collection::Full);
                shared.detach_thread(token);
            });
        });
    });
    unsafe { assert_eq!(id_of(object), 5) };
    shared.collect(Collection::Full);
    unsafe { assert_eq!(id_of(object), 5) };
}
