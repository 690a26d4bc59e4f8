//! Taipan's just-in-time compiler.
//!
//! Hot bytecode goes through `builder` (bytecode and feedback to HIR), `optimize` (HIR to better HIR) and
//! `lower` (HIR to machine code, by Cranelift) into executable memory. When a guard fails, the exit rebuilds
//! the interpreter's frames and the interpreter goes on from there.
#![allow(clippy::missing_safety_doc)] // `unsafe fn`s state their contract in the module's header.
#![allow(clippy::wrong_self_convention)] // Builders' methods are named after the instructions that they build, such as TO_BOOL.
#![allow(clippy::collapsible_if)] // Outer conditions often carry a comment of their own.

pub mod build;
pub mod code_memory;
pub mod compile;
pub mod deoptimize;
pub mod engine;
pub mod exit_reason;
pub mod hir;
pub mod layout;
pub mod lower;
pub mod optimize;
pub mod perf_map;

#[cfg(test)]
mod toy_runtime;
