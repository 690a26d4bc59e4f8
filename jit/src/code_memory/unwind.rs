//! Tells the platform's unwinder about compiled code, so that backtraces and panics of native helpers can cross it.
//!
//! **Invariant.** The table handed to the unwinder stays where it is until it is taken back, which happens before the code goes.

use cranelift_codegen::isa::{TargetIsa, unwind::UnwindInfo};
use gimli::write::{Address, EhFrame, EndianVec, FrameTable, Writer};

unsafe extern "C" {
    fn __register_frame(table: *const u8);
    fn __deregister_frame(table: *const u8);
}

/// A unit's unwind table, registered as long as this lives.
pub struct Registration {
    table: Box<[u8]>,
}

impl Registration {
    /// Registers the unwind information of code at an address. Without it (or on a platform with another
    /// format) compiled code runs all the same.
    pub fn new(address: u64, unwind: Option<UnwindInfo>, isa: &dyn TargetIsa) -> Option<Registration> {
        let UnwindInfo::SystemV(info) = unwind? else { return None };
        let mut frames = FrameTable::default();
        let common = frames.add_cie(isa.create_systemv_cie()?);
        frames.add_fde(common, info.to_fde(Address::Constant(address)));
        let mut section = EhFrame(EndianVec::new(gimli::LittleEndian));
        frames.write_eh_frame(&mut section).ok()?;
        section.0.write_u32(0).ok()?;
        let table = section.0.into_vec().into_boxed_slice();
        // SAFETY: a well-formed, zero-terminated table that stays in place.
        unsafe { __register_frame(table.as_ptr()) };
        Some(Registration { table })
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        // SAFETY: registered by `new`.
        unsafe { __deregister_frame(self.table.as_ptr()) };
    }
}
