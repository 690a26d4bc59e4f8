//! Leaves importlib's frames out of the tracebacks of failed imports, as CPython does.

use crate::object::exception::Exception;
use crate::object::str::Str;
use crate::object::traceback::Traceback;
use crate::operations::class_of;
use crate::prelude::*;

const IMPORTLIB: [&str; 2] = ["<frozen importlib._bootstrap>", "<frozen importlib._bootstrap_external>"];
/// Chunks of importlib's frames that end in a call of this are left out of every traceback.
const END_OF_CHUNK: &str = "_call_with_frames_removed";

/// Where a chain of traceback entries is tied: in the exception, or in an entry.
#[derive(Clone, Copy)]
enum Link {
    Exception(Gc<Exception>),
    Entry(Gc<Traceback>),
}

impl Link {
    fn set(self, next: Value) {
        match self {
            Link::Exception(mut exception) => {
                exception.traceback = if next.is_none() { Value::NULL } else { next };
                exception.write_barrier();
            }
            Link::Entry(mut entry) => {
                entry.next = next;
                entry.write_barrier();
            }
        }
    }
}

/// An ImportError loses all frames of importlib; other exceptions those chunks that only ran the module.
pub fn remove_importlib_frames(raised: &Raised) {
    let Some(exception) = raised.0.downcast::<Exception>() else { return };
    if crate::sys::flags().verbose > 0 {
        return;
    }
    let always = class_of(raised.0).is_subclass_of(types().import_error);
    let mut previous = Link::Exception(exception);
    let mut outer = previous;
    let mut inside = false;
    let mut at = exception.traceback;
    while let Some(entry) = at.downcast::<Traceback>() {
        let code = entry.frame.code;
        let file = code.filename.downcast::<Str>();
        let now_inside = file.is_some_and(|file| IMPORTLIB.iter().any(|name| file.is(name)));
        if now_inside && !inside {
            outer = previous;
        }
        inside = now_inside;
        if inside && (always || code.name.is(END_OF_CHUNK)) {
            outer.set(entry.next);
            previous = outer;
        } else {
            previous = Link::Entry(entry);
        }
        at = entry.next;
    }
}
