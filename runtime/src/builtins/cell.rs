//! What Python code sees of cells.

use crate::object::cell::Cell;
use crate::operations::attribute::class_name;
use crate::operations::{self, Comparison};
use crate::prelude::*;

fn compare(thread: &mut Thread, this: Gc<Cell>, other: Value, op: Comparison) -> Result {
    let Some(other) = other.downcast::<Cell>() else { return Ok(Value::NOT_IMPLEMENTED) };
    match (this.contents.non_null(), other.contents.non_null()) {
        (Some(a), Some(b)) => operations::rich_compare(thread, op, a, b),
        // An empty cell is less than any other.
        (a, b) => {
            let (a, b) = (a.is_some(), b.is_some());
            Ok(Value::from_bool(match op {
                Comparison::Less => a < b,
                Comparison::LessEqual => a <= b,
                Comparison::Equal => a == b,
                Comparison::NotEqual => a != b,
                Comparison::Greater => a > b,
                Comparison::GreaterEqual => a >= b,
            }))
        }
    }
}

/// Create a new cell object.
///
///   contents
///     the contents of the cell. If not specified, the cell will be empty,
///     and
///  further attempts to access its cell_contents attribute will
///     raise a ValueError.
#[native_type(name = "cell")]
impl Cell {
    #[new("(*args, **kwargs)", hidden)]
    fn new_cell(
        thread: &mut Thread,
        _class: Gc<TypeObject>,
        args: &[Value],
        kwargs: KeywordArguments,
    ) -> Result<Gc<Cell>> {
        if !kwargs.is_empty() {
            return Err(thread.type_error("cell() takes no keyword arguments"));
        }
        match args {
            [] => Ok(Cell::new(Value::NULL)),
            [contents] => Ok(Cell::new(*contents)),
            _ => Err(thread.type_error(format!("cell expected at most 1 argument, got {}", args.len()))),
        }
    }

    #[method]
    fn __repr__(this: Gc<Cell>) -> String {
        let at = this.value().0;
        match this.contents.non_null() {
            None => format!("<cell at {at:#x}: empty>"),
            Some(value) => {
                format!(
                    "<cell at {at:#x}: {} object at {:#x}>",
                    crate::native::convert::type_name(value),
                    value.0
                )
            }
        }
    }

    #[method]
    fn __lt__(thread: &mut Thread, this: Gc<Cell>, value: Value) -> Result {
        compare(thread, this, value, Comparison::Less)
    }

    #[method]
    fn __le__(thread: &mut Thread, this: Gc<Cell>, value: Value) -> Result {
        compare(thread, this, value, Comparison::LessEqual)
    }

    #[method]
    fn __eq__(thread: &mut Thread, this: Gc<Cell>, value: Value) -> Result {
        compare(thread, this, value, Comparison::Equal)
    }

    #[method]
    fn __ne__(thread: &mut Thread, this: Gc<Cell>, value: Value) -> Result {
        compare(thread, this, value, Comparison::NotEqual)
    }

    #[method]
    fn __gt__(thread: &mut Thread, this: Gc<Cell>, value: Value) -> Result {
        compare(thread, this, value, Comparison::Greater)
    }

    #[method]
    fn __ge__(thread: &mut Thread, this: Gc<Cell>, value: Value) -> Result {
        compare(thread, this, value, Comparison::GreaterEqual)
    }

    #[getter]
    fn cell_contents(thread: &mut Thread, this: Gc<Cell>) -> Result {
        this.contents.non_null().ok_or_else(|| thread.value_error("cell is empty"))
    }

    #[setter(cell_contents)]
    fn set_cell_contents(this: Gc<Cell>, value: Option<Value>) {
        this.set(value.unwrap_or(Value::NULL));
    }
}

/// A cell's contents or the complaint that something isn't a cell.
pub fn expect_cell(thread: &mut Thread, value: Value) -> Result<Gc<Cell>> {
    value.downcast::<Cell>().ok_or_else(|| {
        let got = class_name(value);
        thread.type_error(format!("arg 5 (closure) expected cell, found {got}"))
    })
}
