//! Guards `repr` of containers against containing themselves.

use std::cell::RefCell;
use taipan_runtime::value::Value;

thread_local! {
    /// Objects whose `repr` is being made; each is held by a native frame of this thread.
    static SHOWING: RefCell<Vec<Value>> = const { RefCell::new(Vec::new()) };
}

/// Marks an object as being shown until dropped.
pub struct Showing(());

impl Showing {
    /// `None` if the object is being shown already.
    pub fn enter(object: Value) -> Option<Showing> {
        SHOWING.with_borrow_mut(|showing| {
            if showing.contains(&object) {
                return None;
            }
            showing.push(object);
            Some(Showing(()))
        })
    }
}

impl Drop for Showing {
    fn drop(&mut self) {
        SHOWING.with_borrow_mut(|showing| showing.pop());
    }
}
