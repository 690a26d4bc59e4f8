//! The method resolution order: C3 linearisation, or what a metaclass's `mro` says.

use crate::object::kind::ObjectKind;
use crate::object::list::List;
use crate::object::str::intern;
use crate::object::tuple::Tuple;
use crate::operations;
use crate::prelude::*;

/// The C3 linearisation of a class whose bases are set.
pub fn linearize(thread: &mut Thread, class: Gc<TypeObject>) -> Result<Gc<List>> {
    let bases = class.bases.items();
    let result = List::new(&[class.value()]);
    if let [base] = bases {
        let order = base.cast::<TypeObject>().method_resolution_order;
        result.extend_from_slice(thread, order.items())?;
        return Ok(result);
    }
    check_duplicates(thread, bases)?;
    let sequences: Vec<&[Value]> = bases
        .iter()
        .map(|base| base.cast::<TypeObject>().method_resolution_order.items())
        .chain([bases])
        .collect();
    let mut at = vec![0usize; sequences.len()];
    loop {
        let heads = || sequences.iter().zip(&at).filter_map(|(sequence, &i)| sequence.get(i).copied());
        if heads().next().is_none() {
            return Ok(result);
        }
        let in_tail = |head: Value| {
            sequences.iter().zip(&at).any(|(s, &i)| s.len() > i + 1 && s[i + 1..].contains(&head))
        };
        let next = heads().find(|&head| !in_tail(head));
        let Some(next) = next else {
            let mut names: Vec<String> = Vec::new();
            for head in heads() {
                let name = head.cast::<TypeObject>().name_text();
                if !names.contains(&name) {
                    names.push(name);
                }
            }
            let names = names.join(", ");
            return Err(thread.type_error(format!(
                "Cannot create a consistent method resolution order (MRO) for bases {names}"
            )));
        };
        result.push(next);
        for (sequence, i) in sequences.iter().zip(&mut at) {
            if sequence.get(*i) == Some(&next) {
                *i += 1;
            }
        }
    }
}

fn check_duplicates(thread: &mut Thread, bases: &[Value]) -> Result<()> {
    for (i, base) in bases.iter().enumerate() {
        if bases[..i].contains(base) {
            let name = base.cast::<TypeObject>().name_text();
            return Err(thread.type_error(format!("duplicate base class {name}")));
        }
    }
    Ok(())
}

/// Computes a class's order anew, through its metaclass's `mro` if that is overridden.
pub fn compute(thread: &mut Thread, class: Gc<TypeObject>) -> Result<Gc<Tuple>> {
    let metaclass = class.class();
    let name = intern("mro");
    if metaclass == types().type_ || metaclass.lookup(name) == types().type_.lookup(name) {
        let order = linearize(thread, class)?;
        return Tuple::try_new(thread, order.items());
    }
    let method = metaclass.lookup(name).unwrap_or(Value::NULL);
    let answer = operations::call::call_special(thread, method, class.value(), &[])?;
    let order = operations::iterate::collect(thread, answer)?;
    let order = Tuple::try_new(thread, &order)?;
    for item in order.items() {
        let Some(other) = item.downcast::<TypeObject>() else {
            let got = operations::attribute::class_name(*item);
            return Err(thread.type_error(format!("mro() returned a non-class ('{got}')")));
        };
        let suits = other == class
            || super::layout::solid_base(class).is_subclass_of_or_plain(super::layout::solid_base(other));
        if !suits {
            let got = other.name_text();
            return Err(thread.type_error(format!("mro() returned base with unsuitable layout ('{got}')")));
        }
    }
    let foreign = |other: Gc<TypeObject>| {
        other != class
            && !class.bases.items().iter().any(|base| base.cast::<TypeObject>().is_subclass_of(other))
    };
    if order.items().iter().any(|other| foreign(other.cast())) {
        crate::object::type_object::add_irregular(class);
    }
    Ok(order)
}

impl Gc<TypeObject> {
    /// [`Gc::is_subclass_of`] along the chain of layout bases, for classes that have no order yet.
    fn is_subclass_of_or_plain(self, other: Gc<TypeObject>) -> bool {
        if other.instance_kind == ObjectKind::Instance && other.base.is_null() {
            return true;
        }
        let mut at = Some(self);
        while let Some(class) = at {
            if class == other {
                return true;
            }
            at = class.base.downcast::<TypeObject>();
        }
        false
    }
}
