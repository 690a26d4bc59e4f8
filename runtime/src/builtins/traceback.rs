//! What Python code sees of tracebacks.

use crate::object::frame::FrameObject;
use crate::object::list::List;
use crate::object::str::intern;
use crate::object::traceback::Traceback;
use crate::operations::attribute::class_name;
use crate::prelude::*;

fn check_next(thread: &mut Thread, this: Option<Gc<Traceback>>, next: Value) -> Result {
    if next.is_none() {
        return Ok(next);
    }
    if next.downcast::<Traceback>().is_none() {
        let got = class_name(next);
        return Err(thread.type_error(format!("expected traceback object or None, got '{got}'")));
    }
    let mut at = next;
    while let Some(entry) = at.downcast::<Traceback>() {
        if Some(entry) == this {
            return Err(thread.value_error("traceback loop detected"));
        }
        at = entry.next;
    }
    Ok(next)
}

/// Create a new traceback object.
#[native_type(name = "traceback")]
impl Traceback {
    #[new("(tb_next, tb_frame, tb_lasti, tb_lineno)")]
    fn new_traceback(
        thread: &mut Thread,
        _class: Gc<TypeObject>,
        tb_next: Value,
        tb_frame: Gc<FrameObject>,
        tb_lasti: i32,
        tb_lineno: i32,
    ) -> Result<Gc<Traceback>> {
        let next = check_next(thread, None, tb_next)?;
        Ok(Traceback::new(next, tb_frame, tb_lasti, tb_lineno))
    }

    #[method("($self, /)")]
    fn __dir__(this: Gc<Traceback>) -> Gc<List> {
        let _ = this;
        let names = ["tb_frame", "tb_next", "tb_lasti", "tb_lineno"];
        List::new(&names.map(|name| intern(name).value()))
    }

    #[getter]
    fn tb_next(this: Gc<Traceback>) -> Value {
        this.next
    }

    #[setter(tb_next)]
    fn set_tb_next(thread: &mut Thread, mut this: Gc<Traceback>, value: Option<Value>) -> Result<()> {
        let Some(value) = value else { return Err(thread.type_error("can't delete tb_next attribute")) };
        this.next = check_next(thread, Some(this), value)?;
        this.write_barrier();
        Ok(())
    }

    #[getter(member)]
    fn tb_frame(this: Gc<Traceback>) -> Gc<FrameObject> {
        this.frame
    }

    #[getter(member)]
    fn tb_lasti(this: Gc<Traceback>) -> i32 {
        this.last_instruction
    }

    #[getter]
    fn tb_lineno(this: Gc<Traceback>) -> Option<i32> {
        if this.line >= 0 {
            return Some(this.line);
        }
        this.frame.code.definition().line_of(usize::try_from(this.last_instruction).ok()?)
    }
}
