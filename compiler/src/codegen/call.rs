//! Calls.

use super::expression::Display;
use super::{Generator, STACK_USE_GUIDELINE};
use crate::ast::*;
use crate::constant::Constant as Value;
use crate::error::{Problem, Result};
use crate::instruction_sequence::Label;
use crate::opcode::{CommonConstant, Intrinsic1, Opcode};
use crate::symbols::{Key, Scope, Symbol, SymbolTable};

impl<'a> Generator<'a, '_> {
    pub(super) fn call(&mut self, call: &'a Call<'a>, location: Location) -> Result<()> {
        self.check_keywords(call.keywords)?;
        if self.method_call(call, location)? {
            return Ok(());
        }
        let end = self.new_label();
        self.check_called(&call.func);
        self.expression(&call.func)?;
        self.builtin_call(call, end)?;
        self.emit(Opcode::PushNull, call.func.location);
        self.call_with(0, call.args, None, call.keywords, location)?;
        self.use_label(end);
        Ok(())
    }

    fn check_keywords(&self, keywords: &[Keyword]) -> Result<()> {
        for (index, keyword) in keywords.iter().enumerate() {
            let Some(name) = keyword.name else { continue };
            if let Some(other) = keywords[index + 1..].iter().find(|other| other.name == Some(name)) {
                let message = format!("keyword argument repeated: {}", self.names.text(name));
                return Err(Problem::syntax(message, other.location));
            }
        }
        Ok(())
    }

    /// `object.method(...)` without making the method, if that may be. Says whether it was done.
    fn method_call(&mut self, call: &'a Call<'a>, location: Location) -> Result<bool> {
        let ExprKind::Attribute { value, attr, ctx: ExprContext::Load } = call.func.kind else {
            return Ok(false);
        };
        let (args, keywords) = (call.args, call.keywords);
        let count = args.len() + keywords.len();
        if self.is_imported(value)
            || count + usize::from(!keywords.is_empty()) >= STACK_USE_GUIDELINE
            || args.iter().any(Expr::is_starred)
            || keywords.iter().any(|keyword| keyword.name.is_none())
        {
            return Ok(false);
        }
        let mut at = call.func.location;
        if let Some(super_call) = self.optimizable_super(value, attr) {
            self.load_super_arguments(super_call, value.location)?;
            self.load_super(attr, true, !super_call.args.is_empty(), at);
            at = self.attribute_location(at, &call.func);
            self.emit(Opcode::Nop, at);
        } else {
            self.expression(value)?;
            at = self.attribute_location(at, &call.func);
            self.load_method(attr, at);
        }
        self.expressions(args)?;
        let call_location = self.attribute_location(location, &call.func);
        if keywords.is_empty() {
            self.emit_with(Opcode::Call, count as u32, call_location);
        } else {
            self.keyword_values(keywords, at)?;
            self.emit_with(Opcode::CallKw, count as u32, call_location);
        }
        Ok(true)
    }

    /// Whether `expression` is a name that the module imports.
    fn is_imported(&self, expression: &Expr) -> bool {
        let ExprKind::Name { id, .. } = expression.kind else { return false };
        self.table.block(SymbolTable::MODULE).symbol(id).has(Symbol::IMPORT)
    }

    /// The call in `super().attr`, if it can be done without making the super object.
    pub(super) fn optimizable_super(&self, value: &'a Expr<'a>, attr: Name) -> Option<&'a Call<'a>> {
        let ExprKind::Call(call) = value.kind else { return None };
        if !matches!(call.func.kind, ExprKind::Name { id: Name::SUPER, .. })
            || attr == Name::CLASS
            || !call.keywords.is_empty()
        {
            return None;
        }
        // Something else may be called `super`.
        if self.block().scope(Name::SUPER) != Scope::GlobalImplicit
            || self.table.block(SymbolTable::MODULE).scope(Name::SUPER) != Scope::Unknown
        {
            return None;
        }
        match call.args.len() {
            2 => (!call.args.iter().any(Expr::is_starred)).then_some(call),
            0 => {
                let has_self = self.unit.argcount + self.unit.posonlyargcount > 0;
                (has_self && self.reference_scope(Name::CLASS) == Scope::Free).then_some(call)
            }
            _ => None,
        }
    }

    pub(super) fn load_super_arguments(&mut self, call: &'a Call<'a>, location: Location) -> Result<()> {
        self.load_name(Name::SUPER, call.func.location);
        if !call.args.is_empty() {
            return self.expressions(call.args);
        }
        self.load_name(Name::CLASS, location);
        if let Some(first) = self.unit.first_parameter() {
            self.load_name(first, location);
        }
        Ok(())
    }

    /// `all`, `any` and `tuple` of a generator expression run its loop in place, if the name still means the builtin.
    fn builtin_call(&mut self, call: &'a Call<'a>, end: Label) -> Result<()> {
        let (ExprKind::Name { id, .. }, [argument], []) = (call.func.kind, call.args, call.keywords) else {
            return Ok(());
        };
        let ExprKind::Comprehension(node) = argument.kind else { return Ok(()) };
        let is_async = self.table.block(self.table.lookup(Key::comprehension(node))).coroutine;
        if node.kind != ComprehensionKind::Generator || is_async {
            return Ok(());
        }
        // What the call gives when the loop runs to its end, and the jump of an item that lets it go on.
        let (builtin, outcome) = match id {
            Name::ALL => (CommonConstant::All, Some((true, Opcode::PopJumpIfTrue))),
            Name::ANY => (CommonConstant::Any, Some((false, Opcode::PopJumpIfFalse))),
            Name::TUPLE => (CommonConstant::Tuple, None),
            _ => return Ok(()),
        };
        let location = call.func.location;
        let skip = self.new_label();
        let start = self.new_label();
        let cleanup = self.new_label();
        self.emit_with(Opcode::Copy, 1, location);
        self.emit_with(Opcode::LoadCommonConstant, builtin as u32, location);
        self.emit_with(Opcode::IsOp, 0, location);
        self.jump(Opcode::PopJumpIfFalse, skip, location);
        self.emit(Opcode::PopTop, location);
        if outcome.is_none() {
            self.emit_with(Opcode::BuildList, 0, location);
        }
        self.expression(argument)?;
        self.use_label(start);
        self.jump(Opcode::ForIter, cleanup, location);
        match outcome {
            None => {
                self.emit_with(Opcode::ListAppend, 2, location);
                self.jump(Opcode::Jump, start, location);
            }
            Some((_, go_on)) => {
                self.emit(Opcode::ToBool, location);
                self.jump(go_on, start, location);
            }
        }
        self.emit(Opcode::PopIter, Location::NONE);
        if let Some((result, _)) = outcome {
            self.load_constant(Value::Bool(!result), location);
        }
        self.jump(Opcode::Jump, end, location);
        self.use_label(cleanup);
        self.emit(Opcode::EndFor, Location::NONE);
        self.emit(Opcode::PopIter, Location::NONE);
        match outcome {
            None => self.emit_with(Opcode::CallIntrinsic1, Intrinsic1::ListToTuple as u32, location),
            Some((result, _)) => self.load_constant(Value::Bool(result), location),
        }
        self.jump(Opcode::Jump, end, location);
        self.use_label(skip);
        Ok(())
    }

    /// The values of keyword arguments and the tuple of their names.
    fn keyword_values(&mut self, keywords: &'a [Keyword<'a>], location: Location) -> Result<()> {
        keywords.iter().try_for_each(|keyword| self.expression(&keyword.value))?;
        let names = self.name_tuple(keywords.iter().filter_map(|keyword| keyword.name));
        self.load_constant(names, location);
        Ok(())
    }

    /// Arguments and the call proper. `pushed` arguments are on the stack already; `injected` is loaded after the others.
    pub(super) fn call_with(
        &mut self,
        pushed: usize,
        args: &'a [Expr<'a>],
        injected: Option<Name>,
        keywords: &'a [Keyword<'a>],
        location: Location,
    ) -> Result<()> {
        self.check_keywords(keywords)?;
        if args.len() + keywords.len() * 2 > STACK_USE_GUIDELINE
            || args.iter().any(Expr::is_starred)
            || keywords.iter().any(|keyword| keyword.name.is_none())
        {
            return self.call_unpacked(pushed, args, injected, keywords, location);
        }
        self.expressions(args)?;
        if let Some(name) = injected {
            self.load_name(name, location);
        }
        let count = pushed + args.len() + usize::from(injected.is_some()) + keywords.len();
        if keywords.is_empty() {
            self.emit_with(Opcode::Call, count as u32, location);
        } else {
            self.keyword_values(keywords, location)?;
            self.emit_with(Opcode::CallKw, count as u32, location);
        }
        Ok(())
    }

    fn call_unpacked(
        &mut self,
        pushed: usize,
        args: &'a [Expr<'a>],
        injected: Option<Name>,
        keywords: &'a [Keyword<'a>],
        location: Location,
    ) -> Result<()> {
        match args {
            [Expr { kind: ExprKind::Starred { value, .. }, .. }] if pushed == 0 => self.expression(value)?,
            _ => self.display(args, injected, pushed, Display::TUPLE, location)?,
        }
        if keywords.is_empty() {
            self.emit(Opcode::PushNull, location);
        } else {
            self.keyword_dict(keywords, location)?;
        }
        self.emit(Opcode::CallFunctionEx, location);
        Ok(())
    }

    fn keyword_dict(&mut self, keywords: &'a [Keyword<'a>], location: Location) -> Result<()> {
        let mut have_dict = false;
        let mut pending = 0;
        for (index, keyword) in keywords.iter().enumerate() {
            if keyword.name.is_some() {
                pending += 1;
                continue;
            }
            if pending > 0 {
                self.keyword_dict_part(&keywords[index - pending..index], have_dict, location)?;
                have_dict = true;
                pending = 0;
            }
            if !have_dict {
                self.emit_with(Opcode::BuildMap, 0, location);
                have_dict = true;
            }
            self.expression(&keyword.value)?;
            self.emit_with(Opcode::DictMerge, 1, location);
        }
        if pending > 0 {
            self.keyword_dict_part(&keywords[keywords.len() - pending..], have_dict, location)?;
        }
        Ok(())
    }

    fn keyword_dict_part(
        &mut self,
        keywords: &'a [Keyword<'a>],
        merge: bool,
        location: Location,
    ) -> Result<()> {
        let big = keywords.len() * 2 > STACK_USE_GUIDELINE;
        if big {
            self.emit_with(Opcode::BuildMap, 0, Location::NONE);
        }
        for keyword in keywords {
            if let Some(name) = keyword.name {
                self.load_name_constant(name, location);
            }
            self.expression(&keyword.value)?;
            if big {
                self.emit_with(Opcode::MapAdd, 1, Location::NONE);
            }
        }
        if !big {
            self.emit_with(Opcode::BuildMap, keywords.len() as u32, location);
        }
        if merge {
            self.emit_with(Opcode::DictMerge, 1, location);
        }
        Ok(())
    }
}
