//! `sys.monitoring` (PEP 669): its tools and their callbacks. Events are not told yet: asking for one raises NotImplementedError.

use crate::object::code::Code;
use crate::object::dict::Dict;
use crate::object::list::List;
use crate::object::str::intern;
use crate::prelude::*;
use crate::roots::Root;

/// The events, bit by bit.
const EVENTS: &[&str] = &[
    "PY_START",
    "PY_RESUME",
    "PY_RETURN",
    "PY_YIELD",
    "CALL",
    "LINE",
    "INSTRUCTION",
    "JUMP",
    "BRANCH_LEFT",
    "BRANCH_RIGHT",
    "STOP_ITERATION",
    "RAISE",
    "EXCEPTION_HANDLED",
    "PY_UNWIND",
    "PY_THROW",
    "RERAISE",
    "C_RETURN",
    "C_RAISE",
    "BRANCH",
];
const TOOLS: i64 = 6;

/// Names of the tools in use, None for the others.
static NAMES: Root = Root::new();
/// A dict of callbacks by event for each tool.
static CALLBACKS: Root = Root::new();

fn names() -> Gc<List> {
    NAMES.get_or_set(|| List::new(&[Value::NONE; TOOLS as usize]).value()).cast()
}

fn callbacks(tool: usize) -> Gc<Dict> {
    let all = CALLBACKS.get_or_set(|| {
        let list = List::empty();
        (0..TOOLS).for_each(|_| list.push(Dict::new().value()));
        list.value()
    });
    all.cast::<List>().items()[tool].cast()
}

fn check_tool(thread: &mut Thread, tool: i64) -> Result<usize> {
    if (0..TOOLS).contains(&tool) {
        return Ok(tool as usize);
    }
    Err(thread.value_error(format!("invalid tool {tool} (must be between 0 and {})", TOOLS - 1)))
}

fn check_in_use(thread: &mut Thread, tool: i64) -> Result<usize> {
    let index = check_tool(thread, tool)?;
    if names().items()[index].is_none() {
        return Err(thread.value_error(format!("tool {tool} is not in use")));
    }
    Ok(index)
}

fn check_code(thread: &mut Thread, code: Value) -> Result<()> {
    match code.downcast::<Code>() {
        Some(_) => Ok(()),
        None => Err(thread.type_error("code must be a code object")),
    }
}

fn set(thread: &mut Thread, events: i32) -> Result<()> {
    if events < 0 || events >> EVENTS.len() != 0 {
        return Err(thread.value_error(format!("invalid event set {events:#x}")));
    }
    let (call, native) = (1 << 4, 3 << 16);
    if events & native != 0 && events & native != native | call {
        if events & call == 0 {
            return Err(thread.value_error("cannot set C_RETURN or C_RAISE events independently"));
        }
    }
    if events == 0 {
        return Ok(());
    }
    Err(thread.not_implemented_error("the events of sys.monitoring are not implemented yet"))
}

/// Events of a program's execution.
pub struct Monitoring;

#[native_module(name = "sys.monitoring")]
impl Monitoring {
    /// Takes a tool's number.
    #[function("(tool_id, name, /)")]
    fn use_tool_id(thread: &mut Thread, tool_id: i64, name: Value) -> Result<()> {
        let tool = check_tool(thread, tool_id)?;
        if name.downcast::<Str>().is_none() {
            return Err(thread.value_error("tool name must be a str"));
        }
        if !names().items()[tool].is_none() {
            return Err(thread.value_error(format!("tool {tool_id} is already in use")));
        }
        names().set(tool, name);
        Ok(())
    }

    /// Forgets the callbacks of a tool.
    #[function("(tool_id, /)")]
    fn clear_tool_id(thread: &mut Thread, tool_id: i64) -> Result<()> {
        let tool = check_tool(thread, tool_id)?;
        callbacks(tool).clear();
        Ok(())
    }

    /// Gives a tool's number back.
    #[function("(tool_id, /)")]
    fn free_tool_id(thread: &mut Thread, tool_id: i64) -> Result<()> {
        let tool = check_tool(thread, tool_id)?;
        callbacks(tool).clear();
        names().set(tool, Value::NONE);
        Ok(())
    }

    /// The name of a tool, None if its number is free.
    #[function("(tool_id, /)")]
    fn get_tool(thread: &mut Thread, tool_id: i64) -> Result {
        let tool = check_tool(thread, tool_id)?;
        Ok(names().items()[tool])
    }

    /// Sets the callback of a tool for an event; returns the one before.
    #[function("(tool_id, event, func, /)")]
    fn register_callback(thread: &mut Thread, tool_id: i64, event: i32, func: Value) -> Result {
        let tool = check_tool(thread, tool_id)?;
        if event <= 0 || event & (event - 1) != 0 {
            return Err(thread.value_error("The callback can only be set for one event at a time"));
        }
        if event >> EVENTS.len() != 0 {
            return Err(thread.value_error(format!("invalid event {event}")));
        }
        let key = Value::from_int(event as i64);
        let old = if func.is_none() {
            callbacks(tool).remove(thread, key)?
        } else {
            let old = callbacks(tool).get(thread, key)?;
            callbacks(tool).set(thread, key, func)?;
            old
        };
        Ok(old.unwrap_or(Value::NONE))
    }

    /// The events of a tool.
    #[function("(tool_id, /)")]
    fn get_events(thread: &mut Thread, tool_id: i64) -> Result<i64> {
        check_in_use(thread, tool_id).map(|_| 0)
    }

    /// Sets the events of a tool.
    #[function("(tool_id, event_set, /)")]
    fn set_events(thread: &mut Thread, tool_id: i64, event_set: i32) -> Result<()> {
        check_in_use(thread, tool_id)?;
        set(thread, event_set)
    }

    /// The events of a tool in a code object.
    #[function("(tool_id, code, /)")]
    fn get_local_events(thread: &mut Thread, tool_id: i64, code: Value) -> Result<i64> {
        check_code(thread, code)?;
        check_in_use(thread, tool_id).map(|_| 0)
    }

    /// Sets the events of a tool in a code object.
    #[function("(tool_id, code, event_set, /)")]
    fn set_local_events(thread: &mut Thread, tool_id: i64, code: Value, event_set: i32) -> Result<()> {
        check_code(thread, code)?;
        check_in_use(thread, tool_id)?;
        set(thread, event_set)
    }

    /// Enables the events that callbacks disabled.
    #[function("()")]
    fn restart_events() {}

    /// The tools of each event that has some.
    #[function("()")]
    fn _all_events() -> Gc<Dict> {
        Dict::new()
    }

    #[constant(name = "DISABLE")]
    fn disable() -> Value {
        crate::object::instance::allocate(types().object).value()
    }

    #[constant(name = "MISSING")]
    fn missing() -> Value {
        crate::object::instance::allocate(types().object).value()
    }

    #[constant]
    fn events(thread: &mut Thread) -> Result {
        let events = Dict::new();
        for (bit, name) in EVENTS.iter().enumerate() {
            events.set_str(thread, intern(name), Value::from_small_int(1 << bit))?;
        }
        events.set_str(thread, intern("NO_EVENTS"), Value::from_small_int(0))?;
        crate::builtins::simple_namespace::make(thread, events)
    }

    #[constant(name = "DEBUGGER_ID")]
    fn debugger_id() -> i64 {
        0
    }

    #[constant(name = "COVERAGE_ID")]
    fn coverage_id() -> i64 {
        1
    }

    #[constant(name = "PROFILER_ID")]
    fn profiler_id() -> i64 {
        2
    }

    #[constant(name = "OPTIMIZER_ID")]
    fn optimizer_id() -> i64 {
        5
    }
}
