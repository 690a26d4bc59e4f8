//! Sorts the arguments of a call into places, one a parameter, with CPython's complaints where they don't fit.
//!
//! **Invariant.** A row of arguments holds `positional` values and then as many as `keyword_names` has items.

use crate::native::definition::{NativeDefinition, NativeRole};
use crate::native::signature::{CallStyle, Parameter, Signature};
use crate::native::suggestion::closest_name;
use crate::object::pointer::Gc;
use crate::object::special::Special;
use crate::object::str::Str;
use crate::object::tuple::Tuple;
use crate::object::type_object::TypeObject;
use crate::thread::{Raised, Result, Thread};
use crate::value::Value;

/// The keywords of a call: names and values of the same number.
struct Keywords<'a> {
    names: &'a [Value],
    values: &'a [Value],
}

impl Keywords<'_> {
    fn get(&self, name: &str) -> Option<Value> {
        let index = self.names.iter().position(|n| n.downcast::<Str>().is_some_and(|n| n.is(name)))?;
        Some(self.values[index])
    }

    fn len(&self) -> usize {
        self.names.len()
    }
}

/// The arguments that go to `*args`: the positional ones from `start` on.
///
/// # Safety
/// `arguments` points to `positional` values.
#[inline(always)]
pub unsafe fn rest_of_arguments<'a>(arguments: *const Value, positional: usize, start: usize) -> &'a [Value] {
    if positional <= start {
        return &[];
    }
    // SAFETY: the caller's promise.
    unsafe { std::slice::from_raw_parts(arguments.add(start), positional - start) }
}

/// Fills `bound` (receiver first, then the parameters in order, `*args` and `**kwargs` left out) with the arguments of a call.
/// Places of absent optional parameters stay as they are: NULL.
///
/// # Safety
/// The arguments are a row as [`crate::native::NativeCall`] says.
pub unsafe fn bind_arguments(
    thread: &mut Thread,
    definition: &'static NativeDefinition,
    arguments: *const Value,
    positional: usize,
    keyword_names: Value,
    bound: &mut [Value],
) -> Result<()> {
    // SAFETY: the caller's promise.
    let (given, keywords) = unsafe {
        let names = keyword_names.downcast::<Tuple>();
        let names = names.as_ref().map_or(&[][..], |names| names.items());
        // Both slices live as long as the caller's row; a null pointer comes only with zero values.
        let given = rest_of_arguments(arguments, positional, 0);
        let values = rest_of_arguments(arguments, positional + names.len(), positional);
        (given, Keywords { names, values })
    };
    if !definition.has_receiver() {
        return bind(thread, definition, given, &keywords, bound);
    }
    match given.split_first() {
        Some((receiver, given)) => {
            bound[0] = *receiver;
            let ignored = match definition.role {
                NativeRole::New => has_own_initializer(*receiver),
                // A set's takes none in any case.
                NativeRole::SlotWrapper if definition.owner != "set" => {
                    definition.name == "__init__" && has_own_constructor(*receiver)
                }
                _ => false,
            };
            let none = Keywords { names: &[], values: &[] };
            let positional_only =
                definition.style != CallStyle::Keywords && !definition.signature.var_keyword;
            let keywords = if ignored && positional_only { none } else { keywords };
            bind(thread, definition, given, &keywords, &mut bound[1..])
        }
        None => Err(receiver_missing(thread, definition)),
    }
}

/// Whether a class has another `__init__` than the native class it derives from: keywords are then meant for that one.
fn has_own_initializer(class: Value) -> bool {
    class.downcast::<TypeObject>().is_some_and(|class| overrides(class, Special::Init))
}

/// Whether an instance's class has another `__new__` than the native class it derives from: keywords were meant for that one.
fn has_own_constructor(instance: Value) -> bool {
    overrides(crate::operations::class_of(instance), Special::New)
}

fn overrides(class: Gc<TypeObject>, special: Special) -> bool {
    let mut bases = class.method_resolution_order.items().iter().map(|base| base.cast::<TypeObject>());
    let native = bases.find(|base| base.definition.is_some());
    native.is_some_and(|native| native.special(special) != class.special(special))
}

#[cold]
fn receiver_missing(thread: &mut Thread, definition: &NativeDefinition) -> Raised {
    let NativeDefinition { name, owner, .. } = definition;
    let message = match definition.role {
        NativeRole::New => format!("{owner}.__new__(): not enough arguments"),
        NativeRole::SlotWrapper => format!("descriptor '{name}' of '{owner}' object needs an argument"),
        _ => format!("unbound method {owner}.{name}() needs an argument"),
    };
    thread.type_error(message)
}

fn bind(
    thread: &mut Thread,
    definition: &NativeDefinition,
    given: &[Value],
    keywords: &Keywords,
    bound: &mut [Value],
) -> Result<()> {
    let signature = &definition.signature;
    if definition.style == CallStyle::Keywords {
        return bind_with_keywords(thread, definition, given, keywords, bound);
    }
    if keywords.len() > 0 && !signature.var_keyword {
        return Err(no_keywords(thread, definition));
    }
    let most = if signature.var_positional { usize::MAX } else { signature.positional };
    if given.len() < signature.required_positional || given.len() > most {
        return Err(thread.type_error(wrong_count(definition, given.len())));
    }
    if signature.var_keyword {
        check_names(thread, keywords)?;
    }
    let fixed = given.len().min(signature.positional);
    bound[..fixed].copy_from_slice(&given[..fixed]);
    Ok(())
}

fn check_names(thread: &mut Thread, keywords: &Keywords) -> Result<()> {
    if keywords.names.iter().all(|name| name.downcast::<Str>().is_some()) {
        Ok(())
    } else {
        Err(thread.type_error("keywords must be strings"))
    }
}

#[cold]
fn no_keywords(thread: &mut Thread, definition: &NativeDefinition) -> Raised {
    match definition.style {
        CallStyle::Slot | CallStyle::NamedSlot => {
            thread.type_error(format!("wrapper {}() takes no keyword arguments", definition.name))
        }
        _ => thread.type_error(format!("{}() takes no keyword arguments", definition.qualified())),
    }
}

/// The message for a wrong number of arguments to a function without keywords.
#[cold]
fn wrong_count(definition: &NativeDefinition, given: usize) -> String {
    let Signature { positional, required_positional: required, var_positional, .. } = definition.signature;
    let expected = |count: usize| format!("{count} argument{}", if count == 1 { "" } else { "s" });
    match definition.style {
        CallStyle::NoArguments => {
            return format!("{}() takes no arguments ({given} given)", definition.qualified());
        }
        CallStyle::One => {
            return format!("{}() takes exactly one argument ({given} given)", definition.qualified());
        }
        CallStyle::Slot if positional == required => {
            return format!("expected {}, got {given}", expected(positional));
        }
        CallStyle::Slot => return format!("expected {required} or {}, got {given}", expected(positional)),
        _ => {}
    }
    let (bound, count) = if required == positional && !var_positional {
        ("", positional)
    } else if given < required {
        ("at least ", required)
    } else {
        ("at most ", positional)
    };
    format!("{} expected {bound}{}, got {given}", definition.short(), expected(count))
}

/// The parameters at a place among the bound values.
fn parameter_at(signature: &Signature, place: usize) -> &'static Parameter {
    let variable = signature.var_positional && place >= signature.positional;
    &signature.parameters[place + usize::from(variable)]
}

/// Whether the parameter at a place must be given.
fn is_required(signature: &Signature, place: usize) -> bool {
    !parameter_at(signature, place).has_default
}

fn bind_with_keywords(
    thread: &mut Thread,
    definition: &NativeDefinition,
    given: &[Value],
    keywords: &Keywords,
    bound: &mut [Value],
) -> Result<()> {
    let signature = &definition.signature;
    check_counts(thread, definition, given.len(), keywords.len())?;
    let fixed = given.len().min(signature.positional);
    bound[..fixed].copy_from_slice(&given[..fixed]);
    let mut left = keywords.len();
    for place in fixed.max(signature.positional_only)..signature.fixed() {
        let parameter = parameter_at(signature, place);
        match if left > 0 { keywords.get(parameter.name) } else { None } {
            Some(value) => {
                bound[place] = value;
                left -= 1;
            }
            None if is_required(signature, place) => {
                let message = format!(
                    "{}() missing required argument '{}' (pos {})",
                    definition.short(),
                    parameter.name,
                    place + 1
                );
                return Err(thread.type_error(message));
            }
            None => {}
        }
    }
    if left == 0 { Ok(()) } else { check_left_over(thread, definition, fixed, keywords) }
}

/// Complaints about the number of arguments alone.
fn check_counts(
    thread: &mut Thread,
    definition: &NativeDefinition,
    given: usize,
    keywords: usize,
) -> Result<()> {
    let signature = &definition.signature;
    let name = definition.short();
    let most = signature.fixed();
    let plural = |count: usize| if count == 1 { "" } else { "s" };
    let (positional, required) = (signature.positional, signature.required_positional);
    // CPython calls these without keywords by a shorter way, which words it differently.
    let direct = definition.role == NativeRole::New && matches!(definition.owner, "int" | "str");
    if direct && keywords == 0 && given > positional {
        let message =
            format!("{name} expected at most {positional} argument{}, got {given}", plural(positional));
        return Err(thread.type_error(message));
    }
    if !signature.var_positional && !signature.var_keyword && given + keywords > most {
        let keyword = if given == 0 { "keyword " } else { "" };
        let given = given + keywords;
        let message =
            format!("{name}() takes at most {most} {keyword}argument{} ({given} given)", plural(most));
        return Err(thread.type_error(message));
    }
    if !signature.var_positional && given > positional {
        if positional == 0 {
            return Err(thread.type_error(format!("{name}() takes no positional arguments")));
        }
        let bound = if required < positional { "at most" } else { "exactly" };
        let message = format!(
            "{name}() takes {bound} {positional} positional argument{} ({given} given)",
            plural(positional)
        );
        return Err(thread.type_error(message));
    }
    let least = signature.positional_only.min(required);
    if given < least {
        let bound = if least < positional { "at least" } else { "exactly" };
        let message =
            format!("{name}() takes {bound} {least} positional argument{} ({given} given)", plural(least));
        return Err(thread.type_error(message));
    }
    Ok(())
}

/// Keywords are left that no empty place took: each names a parameter given by position, or goes to `**kwargs`, or is wrong.
#[cold]
fn check_left_over(
    thread: &mut Thread,
    definition: &NativeDefinition,
    fixed: usize,
    keywords: &Keywords,
) -> Result<()> {
    let signature = &definition.signature;
    let name = definition.short();
    for place in signature.positional_only..fixed {
        let parameter = parameter_at(signature, place);
        if keywords.get(parameter.name).is_some() {
            let argument = parameter.name;
            let message =
                format!("argument for {name}() given by name ('{argument}') and position ({})", place + 1);
            return Err(thread.type_error(message));
        }
    }
    check_names(thread, keywords)?;
    if signature.var_keyword {
        return Ok(());
    }
    let unknown = keywords.names.iter().map(|n| n.cast::<Str>()).find(|n| !signature.names(*n));
    let message = unknown.map_or_else(
        || format!("{name}() got multiple values for a keyword argument"),
        |unknown: Gc<Str>| {
            let text = unknown.to_string_lossy();
            let known = signature.named().map(|(_, parameter)| parameter.name);
            let hint = closest_name(&text, known)
                .map_or(String::new(), |close| format!(". Did you mean '{close}'?"));
            format!("{name}() got an unexpected keyword argument '{text}'{hint}")
        },
    );
    Err(thread.type_error(message))
}
