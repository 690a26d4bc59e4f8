//! Comprehensions and generator expressions.
//!
//! Generators are functions of their own. The others are inlined: where a name of the comprehension clashes with one around
//! it, the outer value waits on the stack and the symbol table is changed for the time being.

use super::Generator;
use super::control_flow::FrameKind;
use super::unit::{ScopeKind, UnitStart};
use crate::ast::*;
use crate::depth::Deep;
use crate::error::Result;
use crate::instruction_sequence::Label;
use crate::opcode::Opcode;
use crate::symbols::{BlockId, BlockKind, Key, Scope, Symbol};

/// What to restore after an inlined comprehension.
#[derive(Default)]
struct Inlined {
    /// Names whose outer values wait on the stack.
    pushed: Vec<Name>,
    /// The handler that restores them after an exception.
    cleanup: Option<Label>,
    /// Symbols as they were.
    symbols: Vec<(Name, Option<Symbol>)>,
    /// Names that are fast locals only inside.
    hidden: Vec<Name>,
}

/// Where a `for` of a comprehension finds its iterator.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Iterator {
    /// On the stack.
    Ready,
    /// It is the argument of the function.
    Argument,
    /// To be made of the generator's iterable.
    Evaluate,
}

impl<'a> Generator<'a, '_> {
    pub(super) fn comprehension(&mut self, node: &'a Comprehension<'a>, location: Location) -> Result<()> {
        let block = self.table.lookup(Key::comprehension(node));
        let Some(outermost) = node.generators.first() else { return Ok(()) };
        if self.table.block(block).comprehension_inlined {
            self.iterable(outermost)?;
            let state = self.push_inlined(block, location);
            self.build_comprehension(node, Iterator::Ready, location)?;
            self.pop_inlined(state, location);
            return Ok(());
        }
        let is_async = self.table.block(block).coroutine;
        let name = match node.kind {
            ComprehensionKind::Generator => Name::GENEXPR,
            ComprehensionKind::List => Name::LISTCOMP,
            ComprehensionKind::Set => Name::SETCOMP,
            ComprehensionKind::Dict => Name::DICTCOMP,
        };
        self.enter(UnitStart { name, kind: ScopeKind::Comprehension, block, line: location.line }, None);
        self.unit.argcount = 1;
        self.build_comprehension(node, Iterator::Argument, location)?;
        if node.kind == ComprehensionKind::Generator {
            self.wrap_in_stop_iteration_handler();
        } else {
            self.emit(Opcode::ReturnValue, location);
        }
        let code = self.finish(true)?;
        self.make_closure(code, 0, location);
        self.iterable(outermost)?;
        self.emit_with(Opcode::Call, 0, location);
        if is_async && node.kind != ComprehensionKind::Generator {
            self.await_value(0, location);
        }
        Ok(())
    }

    /// The iterator of a generator's iterable.
    fn iterable(&mut self, generator: &'a crate::ast::Generator<'a>) -> Result<()> {
        self.expression(&generator.iter)?;
        let opcode = if generator.is_async { Opcode::GetAiter } else { Opcode::GetIter };
        self.emit(opcode, generator.iter.location);
        Ok(())
    }

    fn build_comprehension(
        &mut self,
        node: &'a Comprehension<'a>,
        iterator: Iterator,
        location: Location,
    ) -> Result<()> {
        let build = match node.kind {
            ComprehensionKind::Generator => None,
            ComprehensionKind::List => Some(Opcode::BuildList),
            ComprehensionKind::Set => Some(Opcode::BuildSet),
            ComprehensionKind::Dict => Some(Opcode::BuildMap),
        };
        if let Some(build) = build {
            self.emit_with(build, 0, location);
            if iterator == Iterator::Ready {
                self.emit_with(Opcode::Swap, 2, location);
            }
        }
        self.generators(node, node.generators, 0, iterator, location)
    }

    /// The loops from the first of `generators` on. `depth` iterators are on the stack above the result.
    fn generators(
        &mut self,
        node: &'a Comprehension<'a>,
        generators: &'a [crate::ast::Generator<'a>],
        depth: u32,
        iterator: Iterator,
        location: Location,
    ) -> Result<()> {
        let Some((generator, rest)) = generators.split_first() else { return Ok(()) };
        self.deeper(|this| match generator.is_async {
            true => this.async_generator(node, generator, rest, depth, iterator, location),
            false => this.sync_generator(node, generator, rest, depth, iterator, location),
        })
    }

    fn sync_generator(
        &mut self,
        node: &'a Comprehension<'a>,
        generator: &'a crate::ast::Generator<'a>,
        rest: &'a [crate::ast::Generator<'a>],
        mut depth: u32,
        iterator: Iterator,
        location: Location,
    ) -> Result<()> {
        let start = self.new_label();
        let if_cleanup = self.new_label();
        let anchor = self.new_label();
        let mut loops = true;
        match iterator {
            Iterator::Ready => {}
            Iterator::Argument => self.emit_with(Opcode::LoadFast, 0, location),
            Iterator::Evaluate => match generator.iter.kind {
                // `for y in [f(x)]` is an assignment.
                ExprKind::List { elts: [only], .. } | ExprKind::Tuple { elts: [only], .. }
                    if !only.is_starred() =>
                {
                    self.expression(only)?;
                    loops = false;
                }
                _ => self.iterable(generator)?,
            },
        }
        if loops {
            depth += 1;
            self.use_label(start);
            self.jump(Opcode::ForIter, anchor, generator.iter.location);
        }
        self.expression(&generator.target)?;
        for condition in generator.ifs {
            self.jump_if(condition, if_cleanup, false, location)?;
        }
        self.generators(node, rest, depth, Iterator::Evaluate, location)?;
        let mut element_location = node.elt.location;
        if rest.is_empty() {
            element_location = self.element(node, depth)?;
        }
        self.use_label(if_cleanup);
        if loops {
            self.jump(Opcode::Jump, start, element_location);
            self.use_label(anchor);
            self.emit(Opcode::EndFor, Location::NONE);
            self.emit(Opcode::PopIter, Location::NONE);
        }
        Ok(())
    }

    fn async_generator(
        &mut self,
        node: &'a Comprehension<'a>,
        generator: &'a crate::ast::Generator<'a>,
        rest: &'a [crate::ast::Generator<'a>],
        depth: u32,
        iterator: Iterator,
        location: Location,
    ) -> Result<()> {
        let start = self.new_label();
        let send = self.new_label();
        let except = self.new_label();
        let if_cleanup = self.new_label();
        match iterator {
            Iterator::Ready => {}
            Iterator::Argument => self.emit_with(Opcode::LoadFast, 0, location),
            Iterator::Evaluate => self.iterable(generator)?,
        }
        self.use_label(start);
        self.push_frame(FrameKind::AsyncComprehension, location)?;
        self.jump(Opcode::SetupFinally, except, location);
        self.emit(Opcode::GetAnext, location);
        self.load_none(location);
        self.use_label(send);
        self.yield_from(true, location);
        self.emit(Opcode::PopBlock, location);
        self.expression(&generator.target)?;
        for condition in generator.ifs {
            self.jump_if(condition, if_cleanup, false, location)?;
        }
        let depth = depth + 1;
        self.generators(node, rest, depth, Iterator::Evaluate, location)?;
        let mut element_location = node.elt.location;
        if rest.is_empty() {
            element_location = self.element(node, depth)?;
        }
        self.use_label(if_cleanup);
        self.jump(Opcode::Jump, start, element_location);
        self.pop_frame();
        self.use_label(except);
        self.jump(Opcode::EndAsyncFor, send, location);
        Ok(())
    }

    /// Evaluates an element and adds it to the result; gives its location.
    fn element(&mut self, node: &'a Comprehension<'a>, depth: u32) -> Result<Location> {
        let mut location = node.elt.location;
        self.expression(&node.elt)?;
        match node.kind {
            ComprehensionKind::Generator => {
                self.yield_value(location);
                self.emit(Opcode::PopTop, location);
            }
            ComprehensionKind::List => self.emit_with(Opcode::ListAppend, depth + 1, location),
            ComprehensionKind::Set => self.emit_with(Opcode::SetAdd, depth + 1, location),
            ComprehensionKind::Dict => {
                if let Some(value) = &node.value {
                    self.expression(value)?;
                    location.end_line = value.location.end_line;
                    location.end_column = value.location.end_column;
                }
                self.emit_with(Opcode::MapAdd, depth + 1, location);
            }
        }
        Ok(location)
    }

    /// Makes room for the names of an inlined comprehension whose iterator is on the stack.
    fn push_inlined(&mut self, comprehension: BlockId, location: Location) -> Inlined {
        let in_class = self.block().kind == BlockKind::Class && self.unit.inlined_comprehensions == 0;
        let function_like = self.is_function_like();
        self.unit.inlined_comprehensions += 1;
        let mut state = Inlined::default();
        let symbols: Vec<(Name, Symbol)> =
            self.table.block(comprehension).symbols.iter().map(|(&name, &symbol)| (name, symbol)).collect();
        for &(name, symbol) in &symbols {
            let outer = self.block().symbols.get(&name).copied();
            let (scope, outer_scope) = (symbol.scope(), outer.unwrap_or_default().scope());
            let differs = scope != outer_scope
                && scope != Scope::Free
                && !(scope == Scope::Cell && outer_scope == Scope::Free);
            if differs || in_class {
                let id = self.unit.block;
                self.table.block_mut(id).symbols.insert(name, symbol);
                state.symbols.push((name, outer));
            }
            if is_isolated(symbol) && !function_like && self.unit.fast_hidden.insert(name, true) != Some(true)
            {
                state.hidden.push(name);
            }
        }
        for &(name, symbol) in &symbols {
            if !is_isolated(symbol) {
                continue;
            }
            // For a cell this pushes the cell itself, and a new one is made for the comprehension.
            self.emit_varname(Opcode::LoadFastAndClear, name, location);
            if symbol.scope() == Scope::Cell {
                let index = match self.block().scope(name) {
                    Scope::Free => self.unit.free_index(name),
                    _ => self.unit.cell_index(name),
                };
                self.emit_with(Opcode::MakeCell, index, location);
            }
            state.pushed.push(name);
        }
        if !state.pushed.is_empty() {
            // The iterator back to the top.
            self.emit_with(Opcode::Swap, state.pushed.len() as u32 + 1, location);
            let cleanup = self.new_label();
            state.cleanup = Some(cleanup);
            self.jump(Opcode::SetupFinally, cleanup, location);
        }
        state
    }

    fn emit_varname(&mut self, opcode: Opcode, name: Name, location: Location) {
        let mangled = self.mangle(name);
        let index = self.unit.varname_index(mangled);
        self.emit_with(opcode, index, location);
    }

    /// Restores what `push_inlined` changed.
    fn pop_inlined(&mut self, state: Inlined, location: Location) {
        if let Some(cleanup) = state.cleanup {
            self.emit(Opcode::PopBlock, Location::NONE);
            let end = self.new_label();
            self.jump(Opcode::JumpNoInterrupt, end, Location::NONE);
            // After an exception: without the incomplete result.
            self.use_label(cleanup);
            self.emit_with(Opcode::Swap, 2, Location::NONE);
            self.emit(Opcode::PopTop, Location::NONE);
            self.restore_locals(&state.pushed, location);
            self.emit_with(Opcode::Reraise, 0, Location::NONE);
            self.use_label(end);
            self.restore_locals(&state.pushed, location);
        }
        self.unit.inlined_comprehensions -= 1;
        let id = self.unit.block;
        for (name, symbol) in state.symbols {
            self.table.block_mut(id).symbols.insert(name, symbol.unwrap_or_default());
        }
        for name in state.hidden {
            self.unit.fast_hidden.insert(name, false);
        }
    }

    fn restore_locals(&mut self, pushed: &[Name], location: Location) {
        self.emit_with(Opcode::Swap, pushed.len() as u32 + 1, location);
        for &name in pushed.iter().rev() {
            self.emit_varname(Opcode::StoreFastMaybeNull, name, location);
        }
    }
}

/// Whether a name of a comprehension must not be seen around it.
fn is_isolated(symbol: Symbol) -> bool {
    symbol.has(Symbol::LOCAL) && !symbol.has(Symbol::NONLOCAL)
}
