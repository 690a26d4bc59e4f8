//! Counters.

use super::Heap;
use super::block::BLOCK_SHIFT;
use std::time::Duration;

/// What the heap has done so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct HeapStats {
    /// Minor collections.
    pub minor_collections: u64,
    /// Full collections.
    pub full_collections: u64,
    /// Bytes handed out for allocation, in steps of holes.
    pub allocated_bytes: u64,
    /// Bytes of objects that the last collection left.
    pub live_bytes: usize,
    /// Bytes of the blocks in use.
    pub used_bytes: usize,
    /// The most that `used_bytes` was at a collection.
    pub peak_used_bytes: usize,
    /// Bytes of address space reserved.
    pub reserved_bytes: usize,
    /// Time spent collecting.
    pub collection_time: Duration,
    /// The longest collection.
    pub longest_pause: Duration,
    /// Objects found dead with a finalizer.
    pub finalizers_queued: u64,
}

impl HeapStats {
    pub(super) const fn empty() -> HeapStats {
        HeapStats {
            minor_collections: 0,
            full_collections: 0,
            allocated_bytes: 0,
            live_bytes: 0,
            used_bytes: 0,
            peak_used_bytes: 0,
            reserved_bytes: 0,
            collection_time: Duration::ZERO,
            longest_pause: Duration::ZERO,
            finalizers_queued: 0,
        }
    }
}

impl Heap {
    /// The counters as of now.
    pub fn stats(&self) -> HeapStats {
        let collector = self.collector();
        let used_bytes = (collector.space.used as usize) << BLOCK_SHIFT;
        HeapStats {
            allocated_bytes: collector.stats.allocated_bytes + collector.allocation.handed_out as u64,
            live_bytes: collector.live_bytes,
            used_bytes,
            peak_used_bytes: collector.stats.peak_used_bytes.max(used_bytes),
            reserved_bytes: collector.space.reserved,
            ..collector.stats
        }
    }
}
