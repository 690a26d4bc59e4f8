//! `itertools`: one file a family of iterators.
//!
//! All are native objects that hold their source iterators and a little state; `__next__` returns `None` at the end. An iterator that has ended
//! drops its source by setting the field to NULL, and stays ended.

mod chaining;
mod combining;
mod filtering;
mod grouping;
mod infinite;
mod selecting;
mod sharing;

use chaining::{Accumulate, Batched, Chain, Pairwise, StarMap, ZipLongest};
use combining::{Combinations, CombinationsWithReplacement, Permutations, Product};
use filtering::{Compress, DropWhile, FilterFalse, TakeWhile};
use grouping::{GroupBy, Grouper};
use infinite::{Count, Cycle, Repeat};
use selecting::Islice;
use sharing::{Tee, TeeData};
use taipan_runtime::native::TypeDefinition;
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::prelude::*;

/// The module `itertools`.
pub struct IterTools;

/// Iterators for efficient loops: infinite ones, ones that end with their shortest input, and combinatoric ones.
#[native_module(name = "itertools")]
impl IterTools {
    #[types]
    fn types() -> &'static [&'static TypeDefinition] {
        &[
            Accumulate::DEFINITION,
            Batched::DEFINITION,
            Chain::DEFINITION,
            Combinations::DEFINITION,
            CombinationsWithReplacement::DEFINITION,
            Compress::DEFINITION,
            Count::DEFINITION,
            Cycle::DEFINITION,
            DropWhile::DEFINITION,
            FilterFalse::DEFINITION,
            GroupBy::DEFINITION,
            Grouper::DEFINITION,
            Islice::DEFINITION,
            Pairwise::DEFINITION,
            Permutations::DEFINITION,
            Product::DEFINITION,
            Repeat::DEFINITION,
            StarMap::DEFINITION,
            TakeWhile::DEFINITION,
            Tee::DEFINITION,
            TeeData::DEFINITION,
            ZipLongest::DEFINITION,
        ]
    }

    /// Return a tuple of n independent iterators over the items of an iterable.
    #[function("(iterable, n=2, /)")]
    fn tee(thread: &mut Thread, iterable: Value, n: isize) -> Result<Gc<Tuple>> {
        sharing::tee(thread, iterable, n)
    }
}
