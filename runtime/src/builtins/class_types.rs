//! Helper classes that the table of built-in classes doesn't name: awaitables of asynchronous generators, weak proxies, type parameters, templates.

use crate::builtins::generator::CoroutineWrapper;
use crate::builtins::generator::asynchronous::{AnextAwaitable, AsyncSend, AsyncThrow, WrappedValue};
use crate::builtins::template::{Interpolation, Template};
use crate::builtins::typing::parameters::ConstantEvaluator;
use crate::builtins::typing::{
    Generic, NoDefaultType, ParamSpec, ParamSpecArgs, ParamSpecKwargs, TypeAlias, TypeVar, TypeVarTuple,
};
use crate::builtins::weak_reference::{CallableProxy, WeakProxy};
use crate::native::{NativeType, TypeDefinition};

/// Classes to be made at start-up, behind those of the table.
pub static DEFINITIONS: &[&TypeDefinition] = &[
    CoroutineWrapper::DEFINITION,
    AsyncSend::DEFINITION,
    AsyncThrow::DEFINITION,
    WrappedValue::DEFINITION,
    AnextAwaitable::DEFINITION,
    WeakProxy::DEFINITION,
    CallableProxy::DEFINITION,
    Template::DEFINITION,
    Interpolation::DEFINITION,
    Generic::DEFINITION,
    NoDefaultType::DEFINITION,
    TypeVar::DEFINITION,
    ParamSpec::DEFINITION,
    ParamSpecArgs::DEFINITION,
    ParamSpecKwargs::DEFINITION,
    TypeVarTuple::DEFINITION,
    TypeAlias::DEFINITION,
    ConstantEvaluator::DEFINITION,
];
