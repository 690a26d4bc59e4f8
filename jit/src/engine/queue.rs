//! Compilation in the background: one thread that turns HIR into machine code.
//!
//! A job holds nothing of the heap but numbers. Results wait in a list until the program's thread, asking for more, fetches them.

use crate::compile::{Compiler, Cost, MachineCode};
use crate::hir::Function;
use crate::layout::Layout;
use crate::lower::UnitContext;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Instant;
use taipan_runtime::assumptions::UnitId;

/// What to compile.
pub struct Job {
    /// The unit.
    pub id: UnitId,
    /// Its HIR, as built.
    pub function: Function,
    /// The unit's address.
    pub unit: u64,
    /// The address of its validity flag.
    pub invalid_flag: u64,
    /// Values that a frame of its code needs.
    pub frame_values: u32,
    /// The address of its counter of iterations, or 0.
    pub iterations: u64,
    /// Is the map from machine code to places wanted?
    pub located: bool,
    /// Is the optimised HIR wanted as text?
    pub listed: bool,
}

/// What a job yields.
pub struct Finished {
    /// The code.
    pub code: MachineCode,
    /// The optimised HIR, if it was wanted.
    pub optimized: String,
}

/// The list of results.
pub type Results = Arc<Mutex<Vec<(UnitId, Result<Finished, String>)>>>;

/// The background thread's end that the program holds.
pub struct Queue {
    jobs: Sender<Job>,
    /// Finished jobs.
    pub results: Results,
}

/// Optimises and compiles a job. Should the compiler panic, which it reports, its code stays interpreted.
pub fn compile(compiler: &mut Compiler, layout: &Layout, job: Job) -> Result<Finished, String> {
    let checked = compiler.checked;
    catch_unwind(AssertUnwindSafe(|| compile_job(compiler, layout, job))).unwrap_or_else(|_| {
        *compiler = Compiler::new(checked)?;
        Err("the compiler panicked".to_string())
    })
}

fn compile_job(compiler: &mut Compiler, layout: &Layout, mut job: Job) -> Result<Finished, String> {
    let (began, built) = (Instant::now(), job.function.instructions.len());
    // Only a fault of the compiler itself ends here: nobody should have to ask for the log to see it.
    crate::optimize::run(&mut job.function, compiler.checked)
        .inspect_err(|message| eprintln!("taipan: internal error in the JIT: {message}"))?;
    if let Ok(path) = std::env::var("TAIPAN_JIT_DUMP") {
        dump(&path, &job.function);
    }
    if job.function.instructions.len() > 60_000 {
        return Err("too long".to_string());
    }
    let optimising = began.elapsed();
    let context = UnitContext {
        layout,
        unit: job.unit,
        invalid_flag: job.invalid_flag,
        frame_values: job.frame_values,
        iterations: job.iterations,
        located: job.located,
    };
    let mut code = compiler.compile(&job.function, &context)?;
    let optimised = job.function.blocks.iter().map(|block| block.instructions.len()).sum();
    code.cost = Cost { built, optimised, optimising, compiling: began.elapsed() - optimising };
    if code.extent > crate::lower::MAXIMUM_EXTENT {
        return Err("its frames are too large".to_string());
    }
    let optimized = if job.listed { job.function.to_string() } else { String::new() };
    Ok(Finished { code, optimized })
}

/// Appends a function's HIR to a file, for those who work on the compiler.
fn dump(path: &str, function: &Function) {
    use std::io::Write;
    if let Ok(mut file) = std::fs::OpenOptions::new().create(true).append(true).open(path) {
        let _ = writeln!(file, "{function}"); // A dump that can't be written is missed by whoever asked for it.
    }
}

impl Queue {
    /// Starts the thread.
    pub fn start(layout: Layout) -> std::io::Result<Queue> {
        let (jobs, received) = channel::<Job>();
        let results: Results = Arc::default();
        let finished = results.clone();
        std::thread::Builder::new().name("taipan-jit".to_string()).stack_size(8 << 20).spawn(move || {
            let mut compiler = Compiler::new(cfg!(debug_assertions));
            for job in received {
                let id = job.id;
                let result = match &mut compiler {
                    Ok(compiler) => compile(compiler, &layout, job),
                    Err(message) => Err(message.clone()),
                };
                finished.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).push((id, result));
            }
        })?;
        Ok(Queue { jobs, results })
    }

    /// Hands a job to the thread; false if the thread is gone.
    pub fn submit(&self, job: Job) -> bool {
        self.jobs.send(job).is_ok()
    }

    /// Takes the finished jobs.
    pub fn take(&self) -> Vec<(UnitId, Result<Finished, String>)> {
        std::mem::take(&mut *self.results.lock().unwrap_or_else(|poisoned| poisoned.into_inner()))
    }
}
