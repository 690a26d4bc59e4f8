//! From HIR to machine code: one compiler per thread, which keeps Cranelift's working memory between units.

use crate::code_memory::CodeBlock;
use crate::deoptimize::ExitTable;
use crate::hir::Function;
use crate::lower::{Location, Place, UnitContext, locations, lower};
use cranelift_codegen::Context;
use cranelift_codegen::isa::OwnedTargetIsa;
use cranelift_codegen::settings::{self, Configurable};
use cranelift_frontend::FunctionBuilderContext;
use std::time::Duration;

/// Machine code and what is needed to leave it.
pub struct MachineCode {
    /// The code.
    pub block: CodeBlock,
    /// The exits.
    pub exits: ExitTable,
    /// Values above the frame pointer that the unit may write.
    pub extent: u32,
    /// What it cost.
    pub cost: Cost,
    /// What the machine code belongs to, if that was asked for.
    pub locations: Vec<Location>,
    /// The places that the locations name.
    pub places: Vec<Place>,
}

/// What compiling a unit cost.
#[derive(Clone, Copy, Default, Debug)]
pub struct Cost {
    /// HIR instructions before and after optimising.
    pub built: usize,
    /// HIR instructions that were lowered.
    pub optimised: usize,
    /// Time in HIR passes.
    pub optimising: Duration,
    /// Time in lowering and Cranelift.
    pub compiling: Duration,
}

/// A compiler.
pub struct Compiler {
    /// Whether what is compiled is verified, before and after each step.
    pub checked: bool,
    isa: OwnedTargetIsa,
    context: Context,
    frontend: FunctionBuilderContext,
}

impl Compiler {
    /// A compiler for this machine; the error says what it lacks. If `checked`, each step's result is verified.
    pub fn new(checked: bool) -> Result<Compiler, String> {
        let mut flags = settings::builder();
        for (name, value) in [
            // HIR does the optimising: Cranelift's own passes would sink pure values into every exit.
            ("opt_level", "none"),
            ("regalloc_algorithm", "backtracking"),
            ("is_pic", "false"),
            ("preserve_frame_pointers", "true"),
            ("unwind_info", "true"),
            ("enable_verifier", if checked { "true" } else { "false" }),
        ] {
            flags.set(name, value).map_err(|error| error.to_string())?;
        }
        let isa = cranelift_native::builder()
            .map_err(str::to_string)?
            .finish(settings::Flags::new(flags))
            .map_err(|error| error.to_string())?;
        Ok(Compiler { checked, isa, context: Context::new(), frontend: FunctionBuilderContext::new() })
    }

    /// Compiles optimised HIR.
    pub fn compile(&mut self, function: &Function, unit: &UnitContext<'_>) -> Result<MachineCode, String> {
        let lowered = lower(function, unit, &*self.isa, &mut self.frontend);
        self.context.clear();
        self.context.func = lowered.function;
        self.context
            .compile(&*self.isa, &mut Default::default())
            .map_err(|error| cranelift_codegen::print_errors::pretty_error(error.func, error.inner))?;
        let code = self.context.compiled_code().ok_or("no machine code")?;
        if !code.buffer.relocs().is_empty() {
            return Err("the machine code refers to something by name".to_string());
        }
        let (locations, places) = locations(function, code.buffer.get_srclocs_sorted());
        let unwind = code.create_unwind_info(&*self.isa).ok().flatten();
        let block =
            CodeBlock::new(code.code_buffer(), unwind, &*self.isa).map_err(|error| error.to_string())?;
        let cost = Cost::default();
        Ok(MachineCode { block, exits: lowered.exits, extent: lowered.extent, cost, locations, places })
    }

    /// The Cranelift IR of the unit compiled last, for `taipan dis`.
    pub fn last_ir(&self) -> String {
        self.context.func.display().to_string()
    }
}
