//! The second pass: the scope of each name.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{BlockId, BlockKind, Scope, Symbol, SymbolTable};
use crate::depth::{Deep, Depth};
use crate::error::{Problem, Result};
use crate::names::{Name, Names};

type NameSet = FxHashSet<Name>;

/// The names that enclosing blocks bind, as a block sees them. Each block works on a copy of its own.
#[derive(Clone, Default)]
struct Outer {
    /// Bound in an enclosing function; `None` in a module.
    bound: Option<NameSet>,
    /// Declared global.
    global: NameSet,
    type_params: NameSet,
}

struct Analyzer<'t, 'n, 'a> {
    table: &'t mut SymbolTable,
    names: &'n Names<'a>,
    depth: Depth,
}

impl Deep for Analyzer<'_, '_, '_> {
    fn depth(&mut self) -> &mut Depth {
        &mut self.depth
    }
}

/// Decides the scopes of all names in `table`.
pub(super) fn analyze(table: &mut SymbolTable, names: &Names) -> Result<()> {
    let mut analyzer = Analyzer { table, names, depth: Depth::default() };
    let mut free = NameSet::default();
    analyzer.block(SymbolTable::MODULE, Outer::default(), &mut free, None)
}

/// The scopes found so far for the names of one block.
type Scopes = FxHashMap<Name, Scope>;

impl Analyzer<'_, '_, '_> {
    /// Analyses a block and those inside of it; adds the names that must come from outside to `free`.
    fn block(
        &mut self,
        id: BlockId,
        mut outer: Outer,
        free: &mut NameSet,
        class: Option<BlockId>,
    ) -> Result<()> {
        let mut scopes = Scopes::default();
        let mut local = NameSet::default();
        let kind = self.table.block(id).kind;
        let mut inner = Outer::default();
        // A class's own names aren't visible in its functions, so what they see is fixed before its names are known.
        if kind == BlockKind::Class {
            inner.global.clone_from(&outer.global);
            inner.bound = Some(outer.bound.clone().unwrap_or_default());
        }
        for index in 0..self.table.block(id).symbols.len() {
            let Some((&name, &symbol)) = self.table.block(id).symbols.get_index(index) else { break };
            let scope = self.name_scope(id, name, symbol, &mut outer, &mut local, free, class)?;
            scopes.insert(name, scope);
        }
        if kind == BlockKind::Class {
            let bound = inner.bound.get_or_insert_default();
            bound.extend([Name::CLASS, Name::CLASSDICT, Name::CONDITIONAL_ANNOTATIONS]);
        } else {
            let mut bound = outer.bound.clone().unwrap_or_default();
            if self.table.block(id).is_function_like() {
                bound.extend(&local);
            }
            inner.bound = Some(bound);
            inner.global.clone_from(&outer.global);
        }
        inner.type_params = std::mem::take(&mut outer.type_params);
        let mut inlined_cells = NameSet::default();
        let mut inner_free = NameSet::default();
        self.children(id, &inner, class, &mut scopes, &mut inner_free, &mut inlined_cells)?;
        if self.table.block(id).is_function_like() {
            make_cells(&mut scopes, &mut inner_free, &inlined_cells);
        } else if kind == BlockKind::Class {
            self.drop_class_free(id, &mut inner_free);
        }
        self.record(id, &scopes, outer.bound.as_ref(), &inner_free, &inlined_cells);
        free.extend(inner_free);
        Ok(())
    }

    fn children(
        &mut self,
        id: BlockId,
        inner: &Outer,
        class: Option<BlockId>,
        scopes: &mut Scopes,
        free: &mut NameSet,
        inlined_cells: &mut NameSet,
    ) -> Result<()> {
        let children = std::mem::take(&mut self.table.block_mut(id).children);
        let mut flat = Vec::with_capacity(children.len());
        for child in children {
            let (parent, entry) = (self.table.block(id), self.table.block(child));
            let child_class = match entry.can_see_class_scope {
                true if parent.kind == BlockKind::Class => Some(id),
                true => class,
                false => None,
            };
            // Comprehensions are inlined, except generators, and those in annotation scopes of classes.
            let inline = entry.comprehension.is_some() && !entry.generator && !parent.can_see_class_scope;
            let mut child_free = NameSet::default();
            self.deeper(|this| this.block(child, inner.clone(), &mut child_free, child_class))?;
            if inline {
                self.inline_comprehension(id, child, scopes, &mut child_free, inlined_cells);
                self.table.block_mut(child).comprehension_inlined = true;
                flat.extend_from_slice(&self.table.block(child).children);
            } else {
                flat.push(child);
            }
            free.extend(child_free);
        }
        self.table.block_mut(id).children = flat;
        Ok(())
    }

    #[allow(clippy::too_many_arguments)]
    fn name_scope(
        &mut self,
        id: BlockId,
        name: Name,
        symbol: Symbol,
        outer: &mut Outer,
        local: &mut NameSet,
        free: &mut NameSet,
        class: Option<BlockId>,
    ) -> Result<Scope> {
        if symbol.has(Symbol::GLOBAL) {
            if symbol.has(Symbol::NONLOCAL) {
                let message = format!("name '{}' is nonlocal and global", self.names.text(name));
                return Err(self.at_directive(id, name, message));
            }
            outer.global.insert(name);
            if let Some(bound) = &mut outer.bound {
                bound.remove(&name);
            }
            return Ok(Scope::GlobalExplicit);
        }
        if symbol.has(Symbol::NONLOCAL) {
            self.check_nonlocal(id, name, outer)?;
            free.insert(name);
            return Ok(Scope::Free);
        }
        if symbol.has(Symbol::BOUND) {
            local.insert(name);
            outer.global.remove(&name);
            if symbol.has(Symbol::TYPE_PARAM) {
                outer.type_params.insert(name);
            } else {
                outer.type_params.remove(&name);
            }
            return Ok(Scope::Local);
        }
        // In an annotation scope a name that the class binds comes from the class or is global, never from a
        // function around the class.
        if let Some(class) = class {
            let in_class = self.table.block(class).symbol(name);
            if in_class.has(Symbol::GLOBAL) {
                return Ok(Scope::GlobalExplicit);
            }
            if in_class.has(Symbol::BOUND) && !in_class.has(Symbol::NONLOCAL) {
                return Ok(Scope::GlobalImplicit);
            }
        }
        if outer.bound.as_ref().is_some_and(|bound| bound.contains(&name)) {
            free.insert(name);
            return Ok(Scope::Free);
        }
        Ok(Scope::GlobalImplicit)
    }

    fn check_nonlocal(&self, id: BlockId, name: Name, outer: &Outer) -> Result<()> {
        let text = self.names.text(name);
        let message = match &outer.bound {
            None => "nonlocal declaration not allowed at module level".to_owned(),
            Some(bound) if !bound.contains(&name) => format!("no binding for nonlocal '{text}' found"),
            Some(_) if outer.type_params.contains(&name) => {
                format!("nonlocal binding not allowed for type parameter '{text}'")
            }
            Some(_) => return Ok(()),
        };
        Err(self.at_directive(id, name, message))
    }

    /// An error at the declaration of `name`.
    fn at_directive(&self, id: BlockId, name: Name, message: String) -> Box<Problem> {
        let block = self.table.block(id);
        let directive = block.directives.iter().find(|directive| directive.0 == name);
        Problem::syntax(message, directive.map_or(block.location, |directive| directive.1))
    }

    /// Merges the names of comprehension `child` into its parent `id`.
    fn inline_comprehension(
        &mut self,
        id: BlockId,
        child: BlockId,
        scopes: &mut Scopes,
        child_free: &mut NameSet,
        inlined_cells: &mut NameSet,
    ) {
        let mut removed = Vec::new();
        for index in 0..self.table.block(child).symbols.len() {
            let Some((&name, &symbol)) = self.table.block(child).symbols.get_index(index) else { break };
            if symbol.has(Symbol::PARAM) {
                continue;
            }
            let mut scope = symbol.scope();
            if scope == Scope::Cell || symbol.has(Symbol::COMPREHENSION_CELL) {
                inlined_cells.insert(name);
            }
            let parent = self.table.block(id);
            let in_class = parent.kind == BlockKind::Class;
            // What a class provides to its functions is never free through it.
            let provided = [Name::CLASS, Name::CLASSDICT, Name::CONDITIONAL_ANNOTATIONS].contains(&name);
            if scope == Scope::Free && in_class && provided {
                scope = Scope::GlobalImplicit;
                if !self.is_free_in_children(child, name) {
                    child_free.remove(&name);
                }
                removed.push(name);
            }
            match parent.symbols.get(&name) {
                None => {
                    self.table.block_mut(id).symbols.insert(name, symbol.without_scope());
                    scopes.insert(name, scope);
                }
                // What is free in the comprehension and bound around it is a plain local now, unless a function
                // inside of the comprehension needs it.
                Some(existing) if existing.has(Symbol::BOUND) && !in_class => {
                    if !self.is_free_in_children(child, name) {
                        child_free.remove(&name);
                    }
                }
                Some(_) => {}
            }
            // What the comprehension only reads is read by the block around it.
            if !in_class
                && !symbol.has(Symbol::BOUND)
                && symbol.has(Symbol::USE)
                && let Some(existing) = self.table.block_mut(id).symbols.get_mut(&name)
            {
                existing.0 |= Symbol::USE;
            }
        }
        for name in removed {
            self.table.block_mut(child).symbols.shift_remove(&name);
        }
    }

    fn is_free_in_children(&self, id: BlockId, name: Name) -> bool {
        let block = self.table.block(id);
        block.children.iter().any(|&child| self.table.block(child).scope(name) == Scope::Free)
    }

    /// A class provides these names to its functions itself.
    fn drop_class_free(&mut self, id: BlockId, free: &mut NameSet) {
        let block = self.table.block_mut(id);
        block.needs_class_closure |= free.remove(&Name::CLASS);
        block.needs_classdict |= free.remove(&Name::CLASSDICT);
        block.has_conditional_annotations |= free.remove(&Name::CONDITIONAL_ANNOTATIONS);
    }

    /// Enters the scopes into the block, and the names that only pass through it.
    fn record(
        &mut self,
        id: BlockId,
        scopes: &Scopes,
        bound: Option<&NameSet>,
        free: &NameSet,
        inlined_cells: &NameSet,
    ) {
        let block = self.table.block_mut(id);
        let through_class = block.kind == BlockKind::Class || block.can_see_class_scope;
        for (name, symbol) in &mut block.symbols {
            if inlined_cells.contains(name) {
                symbol.0 |= Symbol::COMPREHENSION_CELL;
            }
            *symbol = symbol.with_scope(scopes.get(name).copied().unwrap_or(Scope::GlobalImplicit));
        }
        let mut passing: Vec<Name> = free.iter().copied().collect();
        passing.sort_unstable();
        for name in passing {
            match block.symbols.get_mut(&name) {
                Some(symbol) => {
                    if through_class {
                        symbol.0 |= Symbol::FREE_CLASS;
                    }
                }
                None if bound.is_some_and(|bound| !bound.contains(&name)) => {}
                None => {
                    block.symbols.insert(name, Symbol::default().with_scope(Scope::Free));
                }
            }
        }
    }
}

/// Locals that inner blocks need become cells, and aren't free any more.
fn make_cells(scopes: &mut Scopes, free: &mut NameSet, inlined_cells: &NameSet) {
    for (name, scope) in scopes {
        if *scope == Scope::Local && (free.contains(name) || inlined_cells.contains(name)) {
            *scope = Scope::Cell;
            free.remove(name);
        }
    }
}
