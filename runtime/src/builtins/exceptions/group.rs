//! Exception groups, and what `except*` does with them.

use super::base::{arguments, keep_arguments};
use crate::object::exception::Exception;
use crate::object::list::List;
use crate::object::special::Special;
use crate::object::str::intern;
use crate::object::tuple::Tuple;
use crate::operations::attribute::{class_name, get_attribute_optional, set_attribute};
use crate::operations::{self, class_of};
use crate::prelude::*;

const MESSAGE: usize = 0;
const EXCEPTIONS: usize = 1;

/// The exceptions in a group.
fn members(group: Gc<Exception>) -> Gc<Tuple> {
    group.field(EXCEPTIONS).downcast::<Tuple>().unwrap_or_else(Tuple::empty)
}

fn is_group(value: Value) -> bool {
    class_of(value).is_subclass_of(types().base_exception_group)
}

exception! {
    "A combination of multiple unrelated exceptions."
    BaseExceptionGroup "BaseExceptionGroup": Exception {
        message "exception message"
        ; contents
    }

    #[new("(*args, **kwargs)", hidden)]
    fn new_group(thread: &mut Thread, class: Gc<TypeObject>, args: &[Value], _kwargs: KeywordArguments) -> Result {
        let &[message, exceptions] = args else {
            let given = args.len();
            return Err(thread.type_error(format!("BaseExceptionGroup.__new__() takes exactly 2 arguments ({given} given)")));
        };
        if message.downcast::<Str>().is_none() {
            let got = class_name(message);
            return Err(thread.type_error(format!("BaseExceptionGroup.__new__() argument 1 must be str, not {got}")));
        }
        if class_of(exceptions).special(Special::GetItem).is_none() || class_of(exceptions).is_subclass_of(types().dict) {
            return Err(thread.type_error("second argument (exceptions) must be a sequence"));
        }
        let items = operations::iterate::collect(thread, exceptions)?;
        if items.is_empty() {
            return Err(thread.value_error("second argument (exceptions) must be a non-empty sequence"));
        }
        let class = checked_class(thread, class, &items)?;
        let exception = Exception::allocate(class, Tuple::new(args));
        exception.set_field(MESSAGE, message);
        let items = Tuple::try_new(thread, &items)?.value();
        exception.set_field(EXCEPTIONS, items);
        crate::builtins::finalization::register(exception.value());
        Ok(exception.value())
    }

    #[method("(*args, **kwargs)")]
    fn __init__(thread: &mut Thread, this: Gc<Exception>, args: &[Value], kwargs: KeywordArguments) -> Result<()> {
        if !kwargs.is_empty() {
            let name = this.class().name_text();
            return Err(thread.type_error(format!("{name}() takes no keyword arguments")));
        }
        keep_arguments(thread, this, args)
    }

    #[method]
    fn __str__(thread: &mut Thread, this: Gc<Exception>) -> Result<String> {
        let message = operations::str_of(thread, this.field(MESSAGE))?.to_string_lossy();
        let count = members(this).length;
        let plural = if count == 1 { "" } else { "s" };
        Ok(format!("{message} ({count} sub-exception{plural})"))
    }

    #[method]
    fn __repr__(thread: &mut Thread, this: Gc<Exception>) -> Result<String> {
        let name = this.class().name_text();
        let message = operations::repr(thread, this.field(MESSAGE))?.to_string_lossy();
        let given = arguments(this).get(1).is_some_and(|given| given.downcast::<Tuple>().is_some());
        let exceptions = match given {
            true => members(this).value(),
            false => List::new(members(this).items()).value(),
        };
        let exceptions = operations::repr(thread, exceptions)?.to_string_lossy();
        Ok(format!("{name}({message}, {exceptions})"))
    }

    /// See PEP 585
    #[class_method("($type, object, /)", hidden)]
    fn __class_getitem__(thread: &mut Thread, class: Value, object: Value) -> Result {
        crate::builtins::generic_alias::new(thread, class, object)
    }

    #[method("($self, excs, /)")]
    fn derive(thread: &mut Thread, this: Gc<Exception>, excs: Value) -> Result {
        let message = this.field(MESSAGE);
        thread.call(types().base_exception_group.value(), &[message, excs])
    }

    #[method("($self, matcher_value, /)")]
    fn split(thread: &mut Thread, this: Gc<Exception>, matcher_value: Value) -> Result<Gc<Tuple>> {
        let matcher = Matcher::of(thread, matcher_value)?;
        let (matched, rest) = split(thread, this.value(), &matcher, true)?;
        let or_none = |part: Option<Value>| part.unwrap_or(Value::NONE);
        Ok(Tuple::new(&[or_none(matched), or_none(rest)]))
    }

    #[method("($self, matcher_value, /)")]
    fn subgroup(thread: &mut Thread, this: Gc<Exception>, matcher_value: Value) -> Result {
        let matcher = Matcher::of(thread, matcher_value)?;
        Ok(split(thread, this.value(), &matcher, false)?.0.unwrap_or(Value::NONE))
    }

    /// nested exceptions
    #[getter(member)]
    fn exceptions(this: Gc<Exception>) -> Gc<Tuple> {
        members(this)
    }
}

/// The class of a group of these exceptions: BaseExceptionGroup becomes ExceptionGroup if all derive from Exception.
fn checked_class(thread: &mut Thread, class: Gc<TypeObject>, items: &[Value]) -> Result<Gc<TypeObject>> {
    let mut nests_base = false;
    for (i, &item) in items.iter().enumerate() {
        if !class_of(item).is_subclass_of(types().base_exception) {
            return Err(
                thread.value_error(format!("Item {i} of second argument (exceptions) is not an exception"))
            );
        }
        nests_base |= !class_of(item).is_subclass_of(types().exception);
    }
    if class == types().base_exception_group {
        return Ok(if nests_base { class } else { types().exception_group });
    }
    if nests_base && class == types().exception_group {
        return Err(thread.type_error("Cannot nest BaseExceptions in an ExceptionGroup"));
    }
    if nests_base && class.is_subclass_of(types().exception) {
        let name = class.name_text();
        return Err(thread.type_error(format!("Cannot nest BaseExceptions in '{name}'")));
    }
    Ok(class)
}

/// What `split` and `subgroup` look for.
enum Matcher {
    Classes(Value),
    Predicate(Value),
    /// These very exceptions.
    Instances(Vec<Value>),
}

impl Matcher {
    fn of(thread: &mut Thread, value: Value) -> Result<Matcher> {
        let exception_class = |value: Value| {
            value.downcast::<TypeObject>().is_some_and(|class| class.is_subclass_of(types().base_exception))
        };
        let classes = exception_class(value)
            || value
                .downcast::<Tuple>()
                .is_some_and(|classes| classes.items().iter().all(|&class| exception_class(class)));
        if classes {
            return Ok(Matcher::Classes(value));
        }
        let callable = value.is_pointer()
            && value.downcast::<TypeObject>().is_none()
            && (value.is_kind(crate::object::kind::ObjectKind::Function)
                || class_of(value).special(Special::Call).is_some());
        match callable {
            true => Ok(Matcher::Predicate(value)),
            false => Err(thread.type_error(
                "expected an exception type, a tuple of exception types, or a callable (other than a class)",
            )),
        }
    }

    fn matches(&self, thread: &mut Thread, exception: Value) -> Result<bool> {
        match self {
            Matcher::Classes(classes) => Ok(is_of(exception, *classes)),
            Matcher::Predicate(predicate) => {
                let answer = thread.call(*predicate, &[exception])?;
                operations::is_true(thread, answer)
            }
            Matcher::Instances(instances) => Ok(!is_group(exception) && instances.contains(&exception)),
        }
    }
}

fn is_of(exception: Value, classes: Value) -> bool {
    let class = class_of(exception);
    let is =
        |wanted: &Value| wanted.downcast::<TypeObject>().is_some_and(|wanted| class.is_subclass_of(wanted));
    match classes.downcast::<Tuple>() {
        Some(classes) => classes.items().iter().any(is),
        None => is(&classes),
    }
}

/// The parts of an exception that match and that don't, each a group of the same structure.
fn split(
    thread: &mut Thread,
    exception: Value,
    matcher: &Matcher,
    want_rest: bool,
) -> Result<(Option<Value>, Option<Value>)> {
    if matcher.matches(thread, exception)? {
        return Ok((Some(exception), None));
    }
    if !is_group(exception) {
        return Ok((None, want_rest.then_some(exception)));
    }
    thread.check_native_stack()?;
    let group = exception.cast::<Exception>();
    let (matched, rest) = (List::empty(), List::empty());
    for &member in members(group).items() {
        let (inside, outside) = split(thread, member, matcher, want_rest)?;
        if let Some(inside) = inside {
            matched.push(inside);
        }
        if let Some(outside) = outside {
            rest.push(outside);
        }
    }
    Ok((subset(thread, group, matched)?, subset(thread, group, rest)?))
}

/// A group like `original` with some of its exceptions.
fn subset(thread: &mut Thread, original: Gc<Exception>, exceptions: Gc<List>) -> Result<Option<Value>> {
    if exceptions.length == 0 {
        return Ok(None);
    }
    let derived = thread.call_method(original.value(), "derive", &[exceptions.value()])?;
    if !is_group(derived) {
        return Err(thread.type_error("derive must return an instance of BaseExceptionGroup"));
    }
    let mut group = derived.cast::<Exception>();
    group.traceback = original.traceback;
    group.context = original.context;
    group.cause = original.cause;
    group.suppress_context = original.suppress_context;
    group.write_barrier();
    if let Some(notes) = get_attribute_optional(thread, original.value(), intern("__notes__"))? {
        // Notes that aren't a sequence are silently left out.
        if class_of(notes).special(Special::GetItem).is_some() {
            let notes = operations::iterate::collect(thread, notes)?;
            set_attribute(thread, derived, intern("__notes__"), List::new(&notes).value())?;
        }
    }
    Ok(Some(derived))
}

/// What `except*` catches of an exception, and what is left; each None if there is nothing. A naked exception is wrapped in a group.
pub fn split_for_except_star(
    thread: &mut Thread,
    exception: Value,
    pattern: Value,
) -> Result<(Value, Value)> {
    if exception.is_none() {
        return Ok((Value::NONE, Value::NONE));
    }
    if is_of(exception, pattern) {
        if is_group(exception) {
            return Ok((exception, Value::NONE));
        }
        let members = Tuple::new(&[exception]).value();
        let group = thread.call(types().base_exception_group.value(), &[Str::new("").value(), members])?;
        let mut wrapped = group.cast::<Exception>();
        wrapped.traceback = exception.cast::<Exception>().traceback;
        wrapped.write_barrier();
        return Ok((group, Value::NONE));
    }
    if !is_group(exception) {
        return Ok((Value::NONE, exception));
    }
    let answer = thread.call_method(exception, "split", &[pattern])?;
    let Some(pair) = answer.downcast::<Tuple>() else {
        let (class, got) = (class_name(exception), class_name(answer));
        return Err(thread.type_error(format!("{class}.split must return a tuple, not {got}")));
    };
    match pair.items() {
        [matched, rest, ..] => Ok((*matched, *rest)),
        short => {
            let (class, count) = (class_name(exception), short.len());
            Err(thread.type_error(format!("{class}.split must return a 2-tuple, got tuple of size {count}")))
        }
    }
}

/// The exception to raise behind `except*` clauses: what they raised, together with what none of them caught. None if nothing is left.
pub fn prepare_reraise_star(thread: &mut Thread, original: Value, exceptions: Value) -> Result {
    let Some(list) = exceptions.downcast::<List>() else {
        return Err(thread.system_error("the exceptions of except* clauses aren't a list"));
    };
    if !is_group(original) {
        // A naked exception was caught or not: there is at most one.
        return Ok(list.get(0).unwrap_or(Value::NONE));
    }
    let (raised, reraised) = (List::empty(), List::empty());
    for &exception in list.items().iter().filter(|exception| !exception.is_none()) {
        match is_same_raise(exception, original) {
            true => reraised.push(exception),
            false => raised.push(exception),
        }
    }
    let projection = project(thread, original, reraised)?;
    if raised.length == 0 {
        return Ok(projection.unwrap_or(Value::NONE));
    }
    if let Some(projection) = projection {
        raised.push(projection);
    }
    if let &[one] = raised.items() {
        return Ok(one);
    }
    thread.call(types().base_exception_group.value(), &[Str::new("").value(), raised.value()])
}

/// Whether an exception is a part of the original that a clause raised again, by its metadata.
fn is_same_raise(exception: Value, original: Value) -> bool {
    if !is_group(exception) {
        return false;
    }
    let (a, b) = (exception.cast::<Exception>(), original.cast::<Exception>());
    a.traceback == b.traceback && a.context == b.context && a.cause == b.cause
}

/// The part of the original that consists of the leaves of `kept`.
fn project(thread: &mut Thread, original: Value, kept: Gc<List>) -> Result<Option<Value>> {
    if kept.length == 0 {
        return Ok(None);
    }
    let mut leaves = Vec::new();
    for &exception in kept.items() {
        collect_leaves(thread, exception, &mut leaves)?;
    }
    let matcher = Matcher::Instances(leaves);
    Ok(split(thread, original, &matcher, false)?.0)
}

fn collect_leaves(thread: &mut Thread, exception: Value, leaves: &mut Vec<Value>) -> Result<()> {
    if !is_group(exception) {
        leaves.push(exception);
        return Ok(());
    }
    thread.check_native_stack()?;
    for &member in members(exception.cast()).items() {
        collect_leaves(thread, member, leaves)?;
    }
    Ok(())
}

/// `ExceptionGroup`, which derives from Exception too: see [`derive_from_exception`].
#[repr(C)]
pub struct ExceptionGroup {
    pub base: BaseExceptionGroup,
}

crate::layout!(ExceptionGroup, crate::object::kind::ObjectKind::Exception, "ExceptionGroup");

#[native_type(name = "ExceptionGroup", base = <BaseExceptionGroup as NativeType>::DEFINITION, base_type)]
impl ExceptionGroup {
    #[attribute]
    fn __module__() -> &'static str {
        "builtins"
    }
}

/// Makes Exception the second base of ExceptionGroup: the one built-in class with two bases, which definitions can't say.
pub fn derive_from_exception(thread: &mut Thread) -> Result<()> {
    let group = types().exception_group;
    let bases = Tuple::new(&[types().base_exception_group.value(), types().exception.value()]);
    crate::builtins::class::set_native_bases(thread, group, bases)
}
