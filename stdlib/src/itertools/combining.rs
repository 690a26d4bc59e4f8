//! `product`, `permutations`, `combinations` and `combinations_with_replacement`.

use taipan_runtime::heap::ScratchValues;
use taipan_runtime::native_layout;
use taipan_runtime::object::native_object::{self, NativeHead};
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::operations::index;
use taipan_runtime::operations::iterate::collect;
use taipan_runtime::prelude::*;

/// Where an iterator stands that steps through arrangements of positions.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// The first arrangement wasn't returned yet.
    Fresh,
    Running,
    Ended,
}

fn pool_of(thread: &mut Thread, iterable: Value) -> Result<Gc<Tuple>> {
    let items = collect(thread, iterable)?;
    Ok(Tuple::new(&items))
}

/// The items of a pool at some positions.
fn pick(pool: Gc<Tuple>, positions: &[usize]) -> Value {
    let items = pool.items();
    Tuple::from_fn(positions.len(), |i| items[positions[i]]).value()
}

fn size_argument(thread: &mut Thread, r: isize) -> Result<usize> {
    usize::try_from(r).map_err(|_| thread.value_error("r must be non-negative"))
}

/// Bytes of an object of a layout that owns `words` words of malloc memory.
fn size_with<T>(words: usize) -> usize {
    size_of::<T>() + words * size_of::<usize>()
}

/// Cartesian product.
#[repr(C)]
pub struct Product {
    head: NativeHead,
    pools: Gc<Tuple>,
    positions: Vec<usize>,
    stage: Stage,
}

native_layout!(Product, "itertools.product", |this, tracer| tracer.value(this.pools.value().0));

/// Return the tuples with one item of each iterable, all of them repeated the given number of times.
#[native_type(name = "product", module = "itertools", base_type)]
impl Product {
    #[new("(*iterables, repeat=1)")]
    fn new(
        thread: &mut Thread,
        class: Gc<TypeObject>,
        iterables: &[Value],
        repeat: isize,
    ) -> Result<Gc<Product>> {
        let Ok(repeat) = usize::try_from(repeat) else {
            return Err(thread.value_error("repeat argument cannot be negative"));
        };
        let Some(count) =
            iterables.len().checked_mul(repeat).filter(|count| *count < isize::MAX as usize / 16)
        else {
            return Err(thread.overflow_error("repeat argument too large"));
        };
        let mut pools = ScratchValues::new();
        if repeat > 0 {
            for iterable in iterables {
                pools.push(pool_of(thread, *iterable)?.value());
            }
        }
        let pools = Tuple::from_fn(count, |i| pools[i % iterables.len()]);
        let content =
            Product { head: NativeHead::empty(), pools, positions: vec![0; count], stage: Stage::Fresh };
        Ok(native_object::new(class, content))
    }

    /// Return the size of the object in memory, in bytes.
    #[method("()")]
    fn __sizeof__(this: Gc<Product>) -> usize {
        size_with::<Product>(this.positions.len())
    }

    #[method]
    fn __iter__(this: Gc<Product>) -> Gc<Product> {
        this
    }

    #[method]
    fn __next__(mut this: Gc<Product>) -> Option<Value> {
        let pools = this.pools.items();
        match this.stage {
            Stage::Ended => return None,
            Stage::Fresh => {
                if pools.iter().any(|pool| pool.cast::<Tuple>().length == 0) {
                    this.stage = Stage::Ended;
                    return None;
                }
                this.stage = Stage::Running;
            }
            Stage::Running => {
                // The last position advances; one that overflows starts again and carries.
                let advanced = (0..pools.len()).rev().any(|i| {
                    this.positions[i] += 1;
                    let fits = this.positions[i] < pools[i].cast::<Tuple>().length;
                    if !fits {
                        this.positions[i] = 0;
                    }
                    fits
                });
                if !advanced {
                    this.stage = Stage::Ended;
                    return None;
                }
            }
        }
        let positions = &this.positions;
        Some(Tuple::from_fn(pools.len(), |i| pools[i].cast::<Tuple>().items()[positions[i]]).value())
    }
}

/// Selections in all orders.
#[repr(C)]
pub struct Permutations {
    head: NativeHead,
    pool: Gc<Tuple>,
    positions: Vec<usize>,
    cycles: Vec<usize>,
    stage: Stage,
}

native_layout!(Permutations, "itertools.permutations", |this, tracer| tracer.value(this.pool.value().0));

/// Return the arrangements of r items of an iterable, of all its items without r.
#[native_type(name = "permutations", module = "itertools", base_type)]
impl Permutations {
    #[new("(iterable, r=None)")]
    fn new(
        thread: &mut Thread,
        class: Gc<TypeObject>,
        iterable: Value,
        r: Value,
    ) -> Result<Gc<Permutations>> {
        let pool = pool_of(thread, iterable)?;
        let n = pool.length;
        let r = match r.is_none() {
            true => n,
            false => {
                if r.as_int_or_bool().is_none() {
                    return Err(thread.type_error("Expected int as r"));
                }
                let int = index(thread, r)?;
                match int.as_small_int() {
                    Some(small) => size_argument(thread, small as isize)?,
                    None => return Err(thread.overflow_error("Python int too large to convert to C ssize_t")),
                }
            }
        };
        let stage = if r > n { Stage::Ended } else { Stage::Fresh };
        let cycles = (0..r.min(n)).map(|i| n - i).collect();
        let content =
            Permutations { head: NativeHead::empty(), pool, positions: (0..n).collect(), cycles, stage };
        Ok(native_object::new(class, content))
    }

    /// Return the size of the object in memory, in bytes.
    #[method("()")]
    fn __sizeof__(this: Gc<Permutations>) -> usize {
        size_with::<Permutations>(this.positions.len() + this.cycles.len())
    }

    #[method]
    fn __iter__(this: Gc<Permutations>) -> Gc<Permutations> {
        this
    }

    #[method]
    fn __next__(mut this: Gc<Permutations>) -> Option<Value> {
        match this.stage {
            Stage::Ended => return None,
            Stage::Fresh => this.stage = Stage::Running,
            Stage::Running => {
                if !this.advance() {
                    this.stage = Stage::Ended;
                    return None;
                }
            }
        }
        let r = this.cycles.len();
        Some(pick(this.pool, &this.positions[..r]))
    }

    /// Steps to the next arrangement; false after the last.
    fn advance(&mut self) -> bool {
        let n = self.positions.len();
        for i in (0..self.cycles.len()).rev() {
            self.cycles[i] -= 1;
            if self.cycles[i] == 0 {
                self.positions[i..].rotate_left(1);
                self.cycles[i] = n - i;
            } else {
                let j = n - self.cycles[i];
                self.positions.swap(i, j);
                return true;
            }
        }
        false
    }
}

/// Selections in the order of the pool.
#[repr(C)]
pub struct Combinations {
    head: NativeHead,
    pool: Gc<Tuple>,
    positions: Vec<usize>,
    stage: Stage,
}

native_layout!(Combinations, "itertools.combinations", |this, tracer| tracer.value(this.pool.value().0));

/// Return the selections of r items of an iterable, each in the iterable's order.
#[native_type(name = "combinations", module = "itertools", base_type)]
impl Combinations {
    #[new("(iterable, r)")]
    fn new(
        thread: &mut Thread,
        class: Gc<TypeObject>,
        iterable: Value,
        r: isize,
    ) -> Result<Gc<Combinations>> {
        let pool = pool_of(thread, iterable)?;
        let r = size_argument(thread, r)?;
        let stage = if r > pool.length { Stage::Ended } else { Stage::Fresh };
        let positions = (0..r.min(pool.length)).collect();
        Ok(native_object::new(class, Combinations { head: NativeHead::empty(), pool, positions, stage }))
    }

    /// Return the size of the object in memory, in bytes.
    #[method("()")]
    fn __sizeof__(this: Gc<Combinations>) -> usize {
        size_with::<Combinations>(this.positions.len())
    }

    #[method]
    fn __iter__(this: Gc<Combinations>) -> Gc<Combinations> {
        this
    }

    #[method]
    fn __next__(mut this: Gc<Combinations>) -> Option<Value> {
        match this.stage {
            Stage::Ended => return None,
            Stage::Fresh => this.stage = Stage::Running,
            Stage::Running => {
                let (n, r) = (this.pool.length, this.positions.len());
                // The rightmost position that isn't at its greatest value.
                let Some(i) = (0..r).rev().find(|i| this.positions[*i] != i + n - r) else {
                    this.stage = Stage::Ended;
                    return None;
                };
                let start = this.positions[i] + 1;
                this.positions[i..].iter_mut().enumerate().for_each(|(k, position)| *position = start + k);
            }
        }
        Some(pick(this.pool, &this.positions))
    }
}

/// Selections in the order of the pool in which items may repeat.
#[repr(C)]
pub struct CombinationsWithReplacement {
    head: NativeHead,
    pool: Gc<Tuple>,
    positions: Vec<usize>,
    stage: Stage,
}

native_layout!(CombinationsWithReplacement, "itertools.combinations_with_replacement", |this, tracer| {
    tracer.value(this.pool.value().0)
});

/// Return the selections of r items of an iterable, each in the iterable's order, in which items may repeat.
#[native_type(name = "combinations_with_replacement", module = "itertools", base_type)]
impl CombinationsWithReplacement {
    #[new("(iterable, r)")]
    fn new(
        thread: &mut Thread,
        class: Gc<TypeObject>,
        iterable: Value,
        r: isize,
    ) -> Result<Gc<CombinationsWithReplacement>> {
        let pool = pool_of(thread, iterable)?;
        let r = size_argument(thread, r)?;
        let stage = if pool.length == 0 && r > 0 { Stage::Ended } else { Stage::Fresh };
        let positions = vec![0; r];
        let content = CombinationsWithReplacement { head: NativeHead::empty(), pool, positions, stage };
        Ok(native_object::new(class, content))
    }

    /// Return the size of the object in memory, in bytes.
    #[method("()")]
    fn __sizeof__(this: Gc<CombinationsWithReplacement>) -> usize {
        size_with::<CombinationsWithReplacement>(this.positions.len())
    }

    #[method]
    fn __iter__(this: Gc<CombinationsWithReplacement>) -> Gc<CombinationsWithReplacement> {
        this
    }

    #[method]
    fn __next__(mut this: Gc<CombinationsWithReplacement>) -> Option<Value> {
        match this.stage {
            Stage::Ended => return None,
            Stage::Fresh => this.stage = Stage::Running,
            Stage::Running => {
                let n = this.pool.length;
                let Some(i) = this.positions.iter().rposition(|position| *position + 1 != n) else {
                    this.stage = Stage::Ended;
                    return None;
                };
                let value = this.positions[i] + 1;
                this.positions[i..].fill(value);
            }
        }
        Some(pick(this.pool, &this.positions))
    }
}
