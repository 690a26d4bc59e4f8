//! The module `_typing`: the native classes behind `typing`.

use taipan_runtime::builtins::class::class_of_definition;
use taipan_runtime::builtins::typing::{
    Generic, ParamSpec, ParamSpecArgs, ParamSpecKwargs, TypeAlias, TypeVar, TypeVarTuple, no_default,
};
use taipan_runtime::object::str::intern;
use taipan_runtime::prelude::*;

/// Primitives and accelerators for the typing module.
pub struct Typing;

#[native_module(name = "_typing")]
impl Typing {
    /// Returns its argument.
    #[function("(x, /)")]
    fn _idfunc(x: Value) -> Value {
        x
    }

    #[execute]
    fn execute(thread: &mut Thread, module: Gc<Module>) -> Result<()> {
        let classes = [
            ("Generic", Generic::DEFINITION),
            ("ParamSpec", ParamSpec::DEFINITION),
            ("ParamSpecArgs", ParamSpecArgs::DEFINITION),
            ("ParamSpecKwargs", ParamSpecKwargs::DEFINITION),
            ("TypeAliasType", TypeAlias::DEFINITION),
            ("TypeVar", TypeVar::DEFINITION),
            ("TypeVarTuple", TypeVarTuple::DEFINITION),
        ];
        for (name, definition) in classes {
            let class = class_of_definition(thread, definition)?;
            module.dict.set_str(thread, intern(name), class.value())?;
        }
        module.dict.set_str(thread, intern("Union"), types().union.value())?;
        module.dict.set_str(thread, intern("NoDefault"), no_default())
    }
}
