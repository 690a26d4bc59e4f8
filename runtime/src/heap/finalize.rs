//! Finalizers (`__del__`) and drop functions (what an object owns outside the heap).
//!
//! When an object with a finalizer is first found dead, it is marked after all, with everything it reaches, and
//! queued for the runtime, which runs the finalizer at its next safepoint. It is then an ordinary object: if
//! the finalizer didn't bring it back to life, a later collection frees it. As in PEP 442 a finalizer runs once,
//! unless the object is registered again.
//!
//! Order: an object comes before those it reaches (a parent's `__del__` before its child's, as reference counts
//! have it), unrelated ones in order of registration. For that the dead part of the graph is walked in
//! true depth-first order ([`Tracer::mark_in_postorder`]).
//!
//! Drop functions run when an object's memory is about to be reused, and never see it again.

use super::mark::Mode;
use super::remember::GC_FINALIZABLE;
use super::{Collector, Header, Heap, Tracer};
use std::collections::VecDeque;

/// Objects with something to do when they die.
pub(super) struct FinalizationState {
    finalizable_young: Vec<*mut Header>,
    finalizable_old: Vec<*mut Header>,
    queue: VecDeque<*mut Header>,
    droppable_young: Vec<*mut Header>,
    droppable_old: Vec<*mut Header>,
}

impl FinalizationState {
    pub const fn empty() -> FinalizationState {
        FinalizationState {
            finalizable_young: Vec::new(),
            finalizable_old: Vec::new(),
            queue: VecDeque::new(),
            droppable_young: Vec::new(),
            droppable_old: Vec::new(),
        }
    }

    pub fn has_pending(&self) -> bool {
        !self.queue.is_empty()
    }

    /// Queued objects are roots.
    pub fn trace_queue(&self, tracer: &mut Tracer) {
        for &object in &self.queue {
            tracer.pointer(object);
        }
    }
}

impl Collector {
    /// Queues the dead objects that have finalizers, and marks them and what they reach.
    pub(super) unsafe fn resurrect_finalizable(&mut self, full: bool, tracer: &mut Tracer) {
        unsafe {
            let state = &mut self.finalization;
            let mut candidates = std::mem::take(&mut state.finalizable_young);
            if full {
                // Old ones were registered before young ones.
                std::mem::swap(&mut candidates, &mut state.finalizable_old);
                candidates.append(&mut state.finalizable_old);
            }
            let mut dead = Vec::new();
            for object in candidates {
                if (*object).gc & GC_FINALIZABLE == 0 {
                    continue; // It was taken back.
                }
                if self.space.is_marked(object as usize) {
                    state.finalizable_old.push(object);
                } else {
                    dead.push(object);
                }
            }
            if dead.is_empty() {
                return;
            }
            tracer.set_mode(Mode::Postorder);
            for &object in dead.iter().rev() {
                tracer.mark_in_postorder(object);
            }
            tracer.set_mode(Mode::Mark);
            let order = tracer.take_found();
            self.stats.finalizers_queued += order.len() as u64;
            for object in order.into_iter().rev() {
                (*object).gc &= !GC_FINALIZABLE;
                self.finalization.queue.push_back(object);
            }
        }
    }

    /// Calls the drop functions of dead objects.
    pub(super) unsafe fn drop_dead(&mut self, full: bool) {
        unsafe {
            let mut candidates = std::mem::take(&mut self.finalization.droppable_young);
            if full {
                candidates.append(&mut self.finalization.droppable_old);
            }
            for object in candidates {
                if self.space.is_marked(object as usize) {
                    self.finalization.droppable_old.push(object);
                } else {
                    self.drop_one(object);
                }
            }
        }
    }

    unsafe fn drop_one(&self, object: *mut Header) {
        unsafe {
            if let Some(drop) = self.kinds[(*object).kind as usize].drop {
                drop(object);
            }
        }
    }
}

impl Heap {
    /// Has the object queued when it is first found dead. Once, unless it is registered again afterwards.
    pub fn register_finalizer(&self, object: *mut Header) {
        // SAFETY: rule 6; the object is live.
        unsafe {
            if (*object).gc & GC_FINALIZABLE == 0 {
                (*object).gc |= GC_FINALIZABLE;
                self.collector().finalization.finalizable_young.push(object);
            }
        }
    }

    /// Takes a registration back: the object may die as it is.
    pub fn forget_finalizer(&self, object: *mut Header) {
        // SAFETY: rule 6; the object is live.
        unsafe { (*object).gc &= !GC_FINALIZABLE };
    }

    /// The next object whose finalizer is to run.
    pub fn take_finalizer(&self) -> Option<*mut Header> {
        self.collector().finalization.queue.pop_front()
    }

    /// At shutdown: every object whose finalizer hasn't run, in order of registration. They leave the register.
    pub fn take_all_finalizable(&self) -> super::ScratchVec<*mut Header> {
        let mut objects = super::ScratchVec::new_in(self);
        let state = &mut self.collector().finalization;
        objects.extend(state.queue.drain(..));
        objects.extend(state.finalizable_old.drain(..));
        objects.extend(state.finalizable_young.drain(..));
        for &object in &objects {
            // SAFETY: registered objects are live or not yet swept.
            unsafe { (*object).gc &= !GC_FINALIZABLE };
        }
        objects
    }

    /// Has the drop function of the object's kind called when it is freed.
    pub fn register_drop(&self, object: *mut Header) {
        self.collector().finalization.droppable_young.push(object);
    }

    /// At shutdown: calls the drop function of every object that has one.
    pub fn drop_all(&self) {
        let collector = self.collector();
        let state = &mut collector.finalization;
        let mut objects = std::mem::take(&mut state.droppable_young);
        objects.append(&mut state.droppable_old);
        for object in objects {
            // SAFETY: registered objects aren't swept before they are dropped.
            unsafe { collector.drop_one(object) };
        }
    }
}
