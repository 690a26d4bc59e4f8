//! A toy object model, and a random mutator whose every step is mirrored by a shadow model in malloc memory.
//!
//! Every toy object has as its second word its id and its number of fields, tagged odd; fields follow.
//! Objects are found by walking from the roots in both models at once, so that every step checks the heap.

use super::super::*;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

pub const NODE: u8 = 1;
pub const ARRAY: u8 = 2;
pub const DATA: u8 = 3;
pub const WEAK: u8 = 4;
pub const OWNER: u8 = 5;

thread_local! {
    pub static ROOTS: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
    pub static DROPPED: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
}

pub unsafe fn word(object: *mut Header, index: usize) -> *mut u64 {
    unsafe { (object as *mut u64).add(index) }
}

pub unsafe fn id_of(object: *mut Header) -> u64 {
    unsafe { *word(object, 1) >> 33 }
}

pub unsafe fn field_count(object: *mut Header) -> usize {
    unsafe { (*word(object, 1) as u32 >> 1) as usize }
}

unsafe fn trace_node(object: *mut Header, tracer: &mut Tracer) {
    unsafe { tracer.values(std::slice::from_raw_parts(word(object, 2), field_count(object))) }
}

unsafe fn trace_nothing(_: *mut Header, _: &mut Tracer) {}

unsafe fn drop_owner(object: *mut Header) {
    DROPPED.with_borrow_mut(|dropped| dropped.push(unsafe { id_of(object) }));
}

fn visit_roots(tracer: &mut Tracer) {
    ROOTS.with_borrow(|roots| tracer.values(roots));
}

/// A heap that knows the toy kinds and the thread's `ROOTS`.
pub fn toy_heap(config: HeapConfig) -> Box<Heap> {
    let heap = Heap::new(config);
    let precise = |trace| KindDescription { layout: Layout::Precise(trace), drop: None };
    heap.register_kind(NODE, precise(trace_node));
    heap.register_kind(WEAK, precise(trace_nothing));
    heap.register_kind(ARRAY, KindDescription { layout: Layout::Words(8), drop: None });
    heap.register_kind(DATA, KindDescription { layout: Layout::NoPointers, drop: None });
    let owner = KindDescription { layout: Layout::Precise(trace_node), drop: Some(drop_owner) };
    heap.register_kind(OWNER, owner);
    heap.register_root_visitor(visit_roots);
    heap
}

/// A toy object with `fields` empty fields.
pub fn make(heap: &Heap, kind: u8, id: u64, fields: usize) -> *mut Header {
    let object = heap.alloc(kind, id as u32, 16 + fields * 8);
    // SAFETY: just allocated, with that many words.
    unsafe {
        for index in 1..fields + 2 {
            assert_eq!(*word(object, index), 0, "memory of object {id} isn't zero");
        }
        *word(object, 1) = id << 33 | (fields as u64) << 1 | 1;
    }
    object
}

/// splitmix64
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }

    fn chance(&mut self, one_in: usize) -> bool {
        self.below(one_in) == 0
    }
}

/// What the mutator does, and how large the objects are.
#[derive(Clone, Copy, Debug)]
pub struct Mix {
    pub roots: usize,
    pub node_fields: usize,
    pub array_fields: usize,
    pub data_bytes: usize,
    /// Of 16 new objects, how many are arrays, and how many data.
    pub arrays: usize,
    pub data: usize,
    /// One in how many steps collects, compares the whole graph.
    pub collect_every: usize,
    pub compare_every: usize,
}

pub const SMALL_MIX: Mix = Mix {
    roots: 64,
    node_fields: 8,
    array_fields: 60,
    data_bytes: 300,
    arrays: 2,
    data: 3,
    collect_every: 5000,
    compare_every: 20_000,
};

pub const LARGE_MIX: Mix = Mix {
    roots: 24,
    node_fields: 30,
    array_fields: 20_000,
    data_bytes: 150_000,
    arrays: 6,
    data: 4,
    collect_every: 3000,
    compare_every: 10_000,
};

#[derive(Clone)]
struct Shadow {
    kind: u8,
    /// Ids of the fields' objects, 0 for none. Of a weak cell, its referent.
    fields: Vec<u64>,
    finalizable: bool,
}

/// The mutator.
pub struct World {
    pub heap: Box<Heap>,
    random: Random,
    mix: Mix,
    shadow: HashMap<u64, Shadow>,
    shadow_roots: Vec<u64>,
    next_id: u64,
    finalized: HashSet<u64>,
    /// Weak cells whose referent was unreachable at a full collection and yet lived, of all such.
    pub retained: (usize, usize),
}

impl World {
    pub fn new(config: HeapConfig, mix: Mix, seed: u64) -> World {
        ROOTS.with_borrow_mut(|roots| {
            roots.clear();
            roots.resize(mix.roots, 0);
        });
        DROPPED.with_borrow_mut(Vec::clear);
        World {
            heap: toy_heap(config),
            random: Random(seed),
            mix,
            shadow: HashMap::new(),
            shadow_roots: vec![0; mix.roots],
            next_id: 1,
            finalized: HashSet::new(),
            retained: (0, 0),
        }
    }

    pub fn run(&mut self, steps: usize) {
        for _ in 0..steps {
            self.step();
        }
        self.compare();
    }

    fn step(&mut self) {
        match self.random.below(20) {
            0..=8 => self.add(),
            9..=13 => self.link(),
            14 | 15 => self.unlink(),
            16 => self.drop_root(),
            17 => self.add_weak(),
            18 => self.build_in_native_code(),
            _ => self.scratch(),
        }
        self.see_to_pending();
        if self.random.chance(self.mix.collect_every) {
            let what = if self.random.chance(2) { Collection::Full } else { Collection::Minor };
            self.heap.collect(what);
            self.see_to_pending();
        }
        if self.random.chance(self.mix.compare_every) {
            self.compare();
        }
    }

    /// A new object's kind and number of fields.
    fn draw(&mut self) -> (u8, usize) {
        let draw = self.random.below(16);
        let skewed = |random: &mut Random, limit: usize| {
            let limit = random.below(limit) + 1;
            random.below(limit)
        };
        if draw < self.mix.arrays {
            (ARRAY, skewed(&mut self.random, self.mix.array_fields))
        } else if draw < self.mix.arrays + self.mix.data {
            (DATA, skewed(&mut self.random, self.mix.data_bytes) / 8)
        } else if draw == 15 {
            (OWNER, self.random.below(self.mix.node_fields))
        } else {
            (NODE, self.random.below(self.mix.node_fields))
        }
    }

    fn create(&mut self, kind: u8, fields: usize) -> (*mut Header, u64) {
        let id = self.next_id;
        self.next_id += 1;
        let object = make(&self.heap, kind, id, fields);
        let mut shadow = Shadow { kind, fields: vec![0; fields], finalizable: false };
        if kind == DATA {
            for index in 0..fields {
                // Looks like heap pointers, on purpose.
                unsafe { *word(object, 2 + index) = (object as u64) + 8 * (id + index as u64) };
            }
            shadow.fields.clear();
        }
        if kind == OWNER {
            self.heap.register_drop(object);
        }
        if kind == NODE && self.random.chance(12) {
            self.heap.register_finalizer(object);
            shadow.finalizable = true;
        }
        self.shadow.insert(id, shadow);
        (object, id)
    }

    /// Walks from a random root; the object found and its id.
    fn find(&mut self) -> Option<(*mut Header, u64)> {
        let root = self.random.below(self.mix.roots);
        let mut object = ROOTS.with_borrow(|roots| roots[root]) as *mut Header;
        let mut id = self.shadow_roots[root];
        assert_eq!(object.is_null(), id == 0);
        if id == 0 {
            return None;
        }
        for _ in 0..self.random.below(12) {
            // SAFETY: reachable objects are live.
            unsafe {
                assert_eq!(id_of(object), id, "object {object:p} isn't the one it was");
                let shadow = &self.shadow[&id];
                assert_eq!((*object).kind, shadow.kind);
                if shadow.fields.is_empty() || shadow.kind == WEAK {
                    break;
                }
                let field = self.random.below(shadow.fields.len());
                let next = shadow.fields[field];
                let address = *word(object, 2 + field);
                assert_eq!(next == 0, address == 0, "field {field} of object {id}");
                if next == 0 {
                    break;
                }
                (object, id) = (address as *mut Header, next);
            }
        }
        unsafe { assert_eq!(id_of(object), id) };
        Some((object, id))
    }

    /// As `find`, for an object with fields.
    fn find_holder(&mut self) -> Option<(*mut Header, u64, usize)> {
        for _ in 0..4 {
            let (object, id) = self.find()?;
            let shadow = &self.shadow[&id];
            if !shadow.fields.is_empty() && shadow.kind != WEAK {
                let field = self.random.below(shadow.fields.len());
                return Some((object, id, field));
            }
        }
        None
    }

    fn store(&mut self, holder: (*mut Header, u64, usize), object: *mut Header, id: u64) {
        let (target, target_id, field) = holder;
        // SAFETY: the target is live and has the field.
        unsafe {
            let slot = word(target, 2 + field);
            *slot = object as u64;
            if (*target).kind == ARRAY && !self.random.chance(8) {
                self.heap.write_barrier_slot(target, slot);
            } else {
                self.heap.write_barrier(target);
            }
        }
        if let Some(shadow) = self.shadow.get_mut(&target_id) {
            shadow.fields[field] = id;
        }
    }

    fn store_root(&mut self, object: *mut Header, id: u64) {
        let root = self.random.below(self.mix.roots);
        ROOTS.with_borrow_mut(|roots| roots[root] = object as u64);
        self.shadow_roots[root] = id;
    }

    fn place(&mut self, object: *mut Header, id: u64) {
        match self.find_holder() {
            Some(holder) if !self.random.chance(6) => self.store(holder, object, id),
            _ => self.store_root(object, id),
        }
    }

    fn add(&mut self) {
        let (kind, fields) = self.draw();
        let (object, id) = self.create(kind, fields);
        if kind != DATA {
            for field in 0..fields.min(10) {
                if self.random.chance(2)
                    && let Some((other, other_id)) = self.find()
                {
                    self.store((object, id, field), other, other_id);
                }
            }
        }
        if !self.random.chance(4) {
            self.place(object, id);
        }
    }

    fn link(&mut self) {
        if let (Some(holder), Some((object, id))) = (self.find_holder(), self.find()) {
            self.store(holder, object, id);
        }
    }

    fn unlink(&mut self) {
        if let Some(holder) = self.find_holder() {
            self.store(holder, std::ptr::null_mut(), 0);
        }
    }

    fn drop_root(&mut self) {
        let root = self.random.below(self.mix.roots);
        ROOTS.with_borrow_mut(|roots| roots[root] = 0);
        self.shadow_roots[root] = 0;
    }

    fn add_weak(&mut self) {
        let Some((referent, referent_id)) = self.find() else { return };
        let (cell, id) = self.create(WEAK, 1);
        unsafe { *word(cell, 2) = referent as u64 };
        self.heap.register_weak(cell, 16);
        if let Some(shadow) = self.shadow.get_mut(&id) {
            shadow.fields[0] = referent_id;
        }
        self.place(cell, id);
    }

    /// Builds a tree as native code does: a parent in a local, children allocated and stored without a barrier.
    fn build_in_native_code(&mut self) {
        let fields = self.random.below(40) + 1;
        let (parent, parent_id) = self.create(NODE, fields);
        for field in 0..fields {
            let (kind, count) = (NODE, self.random.below(3));
            let (child, child_id) = self.create(kind, count);
            unsafe { *word(parent, 2 + field) = child as u64 };
            if let Some(shadow) = self.shadow.get_mut(&parent_id) {
                shadow.fields[field] = child_id;
            }
        }
        self.place(parent, parent_id);
    }

    /// Keeps objects in a scratch vector only, while others are allocated.
    fn scratch(&mut self) {
        let mut objects: ScratchVec<*mut Header> = ScratchVec::new_in(&self.heap);
        let mut ids = Vec::new();
        for _ in 0..self.random.below(30) {
            let (kind, fields) = self.draw();
            let (object, id) = self.create(kind, fields);
            objects.push(object);
            ids.push(id);
        }
        let moved = std::hint::black_box(objects);
        for (&object, id) in moved.iter().zip(ids) {
            unsafe { assert_eq!(id_of(object), id) };
            if self.random.chance(3) {
                self.place(object, id);
            }
        }
    }

    fn reachable(&self) -> HashSet<u64> {
        let mut seen = HashSet::new();
        let mut pending: Vec<u64> = self.shadow_roots.clone();
        while let Some(id) = pending.pop() {
            if id != 0 && seen.insert(id) && self.shadow[&id].kind != WEAK {
                pending.extend(&self.shadow[&id].fields);
            }
        }
        seen
    }

    fn see_to_pending(&mut self) {
        if !self.heap.has_pending() {
            return;
        }
        let reachable = self.reachable();
        let mut finalized: ScratchVec<*mut Header> = ScratchVec::new_in(&self.heap);
        while let Some(object) = self.heap.take_finalizer() {
            finalized.push(object);
            let id = unsafe { id_of(object) };
            assert!(!reachable.contains(&id), "object {id} was finalized while reachable");
            assert!(self.shadow[&id].finalizable);
            assert!(self.finalized.insert(id), "object {id} was finalized twice");
            self.check_below(object, id);
        }
        while let Some(cell) = self.heap.take_cleared_weak() {
            let id = unsafe { id_of(cell) };
            let referent = self.shadow[&id].fields[0];
            assert!(!reachable.contains(&referent), "weak cell {id} lost its live referent {referent}");
            unsafe { assert_eq!(*word(cell, 2), 0) };
            if let Some(shadow) = self.shadow.get_mut(&id) {
                shadow.fields[0] = 0;
            }
        }
        // Some come back to life, and what they reach with them.
        for &object in &finalized {
            if self.random.chance(4) {
                self.store_root(object, unsafe { id_of(object) });
            }
        }
    }

    /// Checks an object's whole graph against the shadow.
    fn check_below(&self, object: *mut Header, id: u64) {
        let mut addresses: HashMap<u64, usize> = HashMap::new();
        self.check_graph(&mut vec![(object as u64, id)], &mut addresses);
    }

    fn check_graph(&self, pending: &mut Vec<(u64, u64)>, addresses: &mut HashMap<u64, usize>) {
        while let Some((address, id)) = pending.pop() {
            assert_eq!(address == 0, id == 0);
            if id == 0 {
                continue;
            }
            if let Some(known) = addresses.insert(id, address as usize) {
                assert_eq!(known, address as usize, "object {id} has two addresses");
                continue;
            }
            let object = address as *mut Header;
            let shadow = &self.shadow[&id];
            // SAFETY: reachable objects are live.
            unsafe {
                assert_eq!((*object).kind, shadow.kind, "kind of object {id}");
                assert_eq!((*object).shape, id as u32);
                assert_eq!(id_of(object), id);
                assert_eq!(self.heap.size_of(object), 16 + field_count(object) * 8);
                if shadow.kind == DATA {
                    for index in 0..field_count(object) {
                        assert_eq!(
                            *word(object, 2 + index),
                            address + 8 * (id + index as u64),
                            "data of {id}"
                        );
                    }
                } else if shadow.kind != WEAK {
                    for (index, &field) in shadow.fields.iter().enumerate() {
                        pending.push((*word(object, 2 + index), field));
                    }
                }
            }
        }
    }

    /// Checks everything, and forgets what isn't reachable.
    pub fn compare(&mut self) {
        self.heap.collect(Collection::Full);
        self.see_to_pending();
        self.heap.collect(Collection::Full);
        self.see_to_pending();
        let mut addresses = HashMap::new();
        let mut pending: Vec<(u64, u64)> =
            ROOTS.with_borrow(|roots| roots.iter().copied().zip(self.shadow_roots.iter().copied()).collect());
        self.check_graph(&mut pending, &mut addresses);
        let reachable = self.reachable();
        assert_eq!(reachable.len(), addresses.len());
        self.check_weak(&reachable, &addresses);
        DROPPED.with_borrow_mut(|dropped| {
            for id in dropped.drain(..) {
                assert!(!reachable.contains(&id), "object {id} was dropped while reachable");
            }
        });
    }

    fn check_weak(&mut self, reachable: &HashSet<u64>, addresses: &HashMap<u64, usize>) {
        for (&id, &address) in addresses {
            let shadow = &self.shadow[&id];
            if shadow.kind != WEAK {
                continue;
            }
            let referent = unsafe { *word(address as *mut Header, 2) } as usize;
            if reachable.contains(&shadow.fields[0]) {
                assert_eq!(referent, addresses[&shadow.fields[0]], "weak cell {id}");
            } else {
                self.retained.0 += (referent != 0) as usize;
                self.retained.1 += 1;
            }
        }
    }
}
