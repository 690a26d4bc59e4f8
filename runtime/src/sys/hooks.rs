//! The default hooks of `sys`, and audit hooks.

use crate::object::exception::Exception;
use crate::object::list::List;
use crate::object::special::Special;
use crate::object::str::{Str, intern};
use crate::object::tuple::Tuple;
use crate::operations::{self, class_of, get_attribute_optional};
use crate::prelude::*;
use crate::roots::Root;

static AUDIT_HOOKS: Root = Root::new();

/// Calls the audit hooks.
pub fn audit(thread: &mut Thread, event: Value, arguments: &[Value]) -> Result<()> {
    if event.downcast::<Str>().is_none() {
        let got = operations::attribute::class_name(event);
        return Err(thread.type_error(format!("expected str for argument 'event', not {got}")));
    }
    let Some(hooks) = AUDIT_HOOKS.get() else { return Ok(()) };
    let arguments = Tuple::new(arguments).value();
    let hooks = hooks.cast::<List>();
    let mut i = 0;
    while i < hooks.length {
        thread.call(hooks.items()[i], &[event, arguments])?;
        i += 1;
    }
    Ok(())
}

/// `sys.addaudithook`: existing hooks may refuse by raising.
pub fn add_audit_hook(thread: &mut Thread, hook: Value) -> Result<()> {
    match audit(thread, intern("sys.addaudithook").value(), &[]) {
        Err(raised) if class_of(raised.0).is_subclass_of(types().runtime_error) => return Ok(()),
        result => result?,
    }
    AUDIT_HOOKS.get_or_set(|| List::empty().value()).cast::<List>().push(hook);
    Ok(())
}

/// `sys.displayhook`
pub fn display(thread: &mut Thread, value: Value) -> Result<()> {
    if value.is_none() {
        return Ok(());
    }
    let builtins = crate::builtins::dict();
    builtins.set_str(thread, intern("_"), Value::NONE)?;
    let Some(stdout) = super::attribute(thread, "stdout") else {
        return Err(thread.runtime_error("lost sys.stdout"));
    };
    let text = operations::repr(thread, value)?;
    thread.call_method(stdout, "write", &[text.value()])?;
    thread.call_method(stdout, "write", &[intern("\n").value()])?;
    builtins.set_str(thread, intern("_"), value)
}

/// Writes to `sys.stderr`, or to the process's standard error where there is none.
pub fn write_error(thread: &mut Thread, text: &str) {
    if let Some(stderr) = super::attribute(thread, "stderr").filter(|stderr| !stderr.is_none()) {
        let string = Str::new(text).value();
        if thread.call_method(stderr, "write", &[string]).is_ok() {
            let _ = thread.call_method(stderr, "flush", &[]);
            return;
        }
    }
    eprint!("{text}");
}

/// `sys.excepthook`: the traceback module does it as CPython's C code would; a short form if that fails.
pub fn print_exception(thread: &mut Thread, exception: Value, traceback: Value) -> Result<()> {
    // Without the stream nothing is shown.
    if super::attribute(thread, "stderr").is_some_and(Value::is_none) {
        return Ok(());
    }
    if let Some(mut object) = exception.downcast::<Exception>() {
        if object.traceback.is_null() && !traceback.is_none() {
            object.traceback = traceback;
            object.write_barrier();
        }
        if let Ok(print) = crate::import::import_attribute(thread, "traceback", "_print_exception_bltin") {
            if thread.call(print, &[exception]).is_ok() {
                return Ok(());
            }
        }
    }
    let text = short_text(thread, exception);
    write_error(thread, &text);
    Ok(())
}

/// `ValueError: message`
fn short_text(thread: &mut Thread, exception: Value) -> String {
    let class = class_of(exception).name_text();
    match operations::str_of(thread, exception) {
        Ok(message) if message.length > 0 => format!("{class}: {}\n", message.to_string_lossy()),
        Ok(_) => format!("{class}\n"),
        Err(_) => format!("{class}: <exception str() failed>\n"),
    }
}

/// Calls `sys.unraisablehook` for an exception that can't be raised anywhere. `message` is "Exception ignored in" by default.
pub fn unraisable(thread: &mut Thread, raised: Raised, message: Option<&str>, object: Value) {
    let attributes = crate::object::dict::Dict::new();
    let exception = raised.0;
    let traceback = exception.downcast::<Exception>().map_or(Value::NULL, |exception| exception.traceback);
    let entries = [
        ("exc_type", class_of(exception).value()),
        ("exc_value", exception),
        ("exc_traceback", traceback.non_null().unwrap_or(Value::NONE)),
        ("err_msg", message.map_or(Value::NONE, |message| Str::new(message).value())),
        ("object", object),
    ];
    for (name, value) in entries {
        if attributes.set_str(thread, intern(name), value).is_err() {
            return;
        }
    }
    let Ok(arguments) = crate::builtins::simple_namespace::make(thread, attributes) else { return };
    if let Some(hook) = super::attribute(thread, "unraisablehook").filter(|hook| !hook.is_none()) {
        if thread.call(hook, &[arguments]).is_ok() {
            return;
        }
    }
    let text = short_text(thread, exception);
    write_error(thread, &text);
}

/// `sys.unraisablehook`
pub fn print_unraisable(thread: &mut Thread, unraisable: Value) -> Result<()> {
    let mut get = |name: &str| -> Result {
        Ok(get_attribute_optional(thread, unraisable, intern(name))?.unwrap_or(Value::NONE))
    };
    let (message, object, exception) = (get("err_msg")?, get("object")?, get("exc_value")?);
    let head = match message.downcast::<Str>() {
        Some(message) => message.to_string_lossy(),
        None => "Exception ignored in".to_string(),
    };
    if object.is_none() {
        write_error(thread, &format!("{head}:\n"));
    } else {
        let object = match class_of(object).special(Special::Repr) {
            Some(_) => operations::repr(thread, object)
                .map_or("<object repr() failed>".to_string(), |text| text.to_string_lossy()),
            None => "<object>".to_string(),
        };
        write_error(thread, &format!("{head}: {object}\n"));
    }
    print_exception(thread, exception, Value::NONE)
}
