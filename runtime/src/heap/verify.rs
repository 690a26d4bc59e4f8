//! The verifier of torture mode: walks everything reachable before a collection and checks the heap's invariants.
//!
//! It marks in a bitmap of its own and changes nothing but `starts`, which it brings up to date.

use super::block::*;
use super::mark::Mode;
use super::remember::*;
use super::{Collector, Header, Layout, Tracer, map_memory};

/// Where the walk came from, for the report.
#[derive(Clone, Copy)]
struct Edge {
    from: *mut Header,
    to: *mut Header,
}

impl Collector {
    /// Checks every object reachable from what a collection would start at. Ends the process if one is damaged.
    pub(super) unsafe fn verify(&mut self, stack_pointer: usize) {
        unsafe {
            self.cycle = self.cycle.wrapping_add(1);
            let mut visited = vec![0u64; self.space.extent() / 512 + 1];
            let mut pending: Vec<Edge> = Vec::new();
            let mut tracer = Tracer::new(self, Mode::List);
            let mut held = Vec::new();
            self.mark_stacks(stack_pointer, false, &mut tracer, &mut held);
            self.mark_other_roots(false, &mut tracer);
            let remembered = self.remembered.iter().copied();
            let found = tracer.take_found();
            pending.extend(
                found.into_iter().chain(remembered).map(|to| Edge { from: std::ptr::null_mut(), to }),
            );
            while let Some(edge) = pending.pop() {
                self.check_object(edge);
                let granule = (edge.to as usize - self.space.base) >> 3;
                let bit = 1u64 << (granule & 63);
                if visited[granule >> 6] & bit != 0 {
                    continue;
                }
                visited[granule >> 6] |= bit;
                tracer.trace_object(edge.to);
                let referents = tracer.take_found();
                self.check_remembered(edge.to, &referents, &mut tracer);
                pending.extend(referents.into_iter().map(|to| Edge { from: edge.to, to }));
            }
            tracer.finish(self);
        }
    }

    unsafe fn check_object(&mut self, edge: Edge) {
        unsafe {
            let object = edge.to;
            let address = object as usize;
            if !self.space.contains(address) || address & 7 != 0 {
                self.report(edge, "is not in the heap");
            }
            if self.find(address, false) != object {
                self.report(edge, "is not where an object starts");
            }
            if matches!(self.kinds[(*object).kind as usize].layout, Layout::Unregistered) {
                self.report(edge, "has an unregistered kind");
            }
            let block = self.space.block_of(address);
            let large = self.space.info(block).usage == BlockUse::LargeHead;
            if large != ((*object).size_words == 0) {
                self.report(edge, "has a size that doesn't fit its block");
            }
            if !large && (address & (BLOCK_BYTES - 1)) + self.size_of(object) > BLOCK_BYTES {
                self.report(edge, "reaches beyond its block");
            }
            let old = self.space.is_marked(address);
            if !old && (*object).gc & (GC_UNLOGGED | GC_CARDED | GC_ALL_CARDS) != 0 {
                self.report(edge, "is young but has the bits of an old object");
            }
        }
    }

    /// Checks that an old object which points to a young one will be looked at by a minor collection.
    unsafe fn check_remembered(
        &mut self,
        object: *mut Header,
        referents: &[*mut Header],
        tracer: &mut Tracer,
    ) {
        unsafe {
            let gc = (*object).gc;
            if !self.space.is_marked(object as usize) || (gc & GC_UNLOGGED == 0 && gc & GC_CARDED == 0) {
                return;
            }
            let is_young = |space: &BlockSpace, to: *mut Header| !space.is_marked(to as usize);
            if gc & GC_CARDED == 0 {
                if let Some(&to) = referents.iter().find(|to| is_young(&self.space, **to)) {
                    self.report(
                        Edge { from: object, to },
                        "is young, and the old object that holds it isn't remembered",
                    );
                }
                return;
            }
            if gc & GC_ALL_CARDS != 0 {
                return;
            }
            let cards = self.space.lines.add((object as usize - self.space.base) >> LINE_SHIFT);
            let words = std::slice::from_raw_parts(object as *const u64, self.size_of(object) / 8);
            for (index, line) in words.chunks(LINE_BYTES / 8).enumerate() {
                if gc & GC_UNLOGGED == 0 && *cards.add(index) != 0 {
                    continue;
                }
                tracer.values(if index == 0 { &line[1..] } else { line });
                for to in tracer.take_found() {
                    if is_young(&self.space, to) {
                        self.report(
                            Edge { from: object, to },
                            "is young, and the card of its slot isn't dirty",
                        );
                    }
                }
            }
        }
    }

    #[cold]
    unsafe fn report(&self, edge: Edge, what: &str) -> ! {
        unsafe {
            let header = if self.space.contains(edge.to as usize) { Some(*edge.to) } else { None };
            let holder = if edge.from.is_null() { None } else { Some(*edge.from) };
            map_memory::fatal(&format!(
                "heap verification: object {:p} {header:x?} (held by {:p} {holder:x?}, collection {}) {what}",
                edge.to, edge.from, self.cycle
            ))
        }
    }
}
