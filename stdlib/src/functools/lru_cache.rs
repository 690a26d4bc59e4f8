//! The wrapper that `lru_cache` puts around a function.
//!
//! A dict maps keys to results (unbounded caches) or to [`Link`]s in the order of use: a ring through the wrapper's root link, oldest first.

use taipan_runtime::heap::ScratchValues;
use taipan_runtime::native_layout;
use taipan_runtime::object::dict::Dict;
use taipan_runtime::object::function::BoundMethod;
use taipan_runtime::object::int::IntRef;
use taipan_runtime::object::native_object::{self, NativeHead};
use taipan_runtime::object::special::Special;
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::operations::attribute::get_attribute_text;
use taipan_runtime::operations::{class_of, hash, index};
use taipan_runtime::prelude::*;

/// An entry in the order of use.
#[repr(C)]
pub struct Link {
    head: NativeHead,
    /// Neighbours; NULL only while the ring is being made.
    older: Value,
    newer: Value,
    key: Value,
    hash: i64,
    result: Value,
}

native_layout!(Link, "functools._lru_list_elem", |this, tracer| {
    for value in [this.older, this.newer, this.key, this.result] {
        tracer.value(value.0);
    }
});

#[native_type(name = "_lru_list_elem", module = "functools", no_new)]
impl Link {}

fn new_link(key: Value, hash: i64, result: Value) -> Gc<Link> {
    let content =
        Link { head: NativeHead::empty(), older: Value::NULL, newer: Value::NULL, key, hash, result };
    native_object::new(Link::class(), content)
}

/// Takes a link out of its ring.
fn unlink(link: Gc<Link>) {
    let (mut older, mut newer) = (link.older.cast::<Link>(), link.newer.cast::<Link>());
    older.newer = newer.value();
    newer.older = older.value();
    older.write_barrier();
    newer.write_barrier();
}

/// Puts a link into the ring of `root`, as the newest.
fn append(mut root: Gc<Link>, mut link: Gc<Link>) {
    let mut newest = root.older.cast::<Link>();
    newest.newer = link.value();
    link.older = newest.value();
    link.newer = root.value();
    root.older = link.value();
    newest.write_barrier();
    link.write_barrier();
    root.write_barrier();
}

/// A ring of its own.
fn close(mut root: Gc<Link>) {
    root.older = root.value();
    root.newer = root.value();
    root.write_barrier();
}

/// How many results are kept.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Limit {
    None,
    Unbounded,
    Entries(usize),
}

/// A function with a cache of its results.
#[repr(C)]
pub struct LruCacheWrapper {
    head: NativeHead,
    function: Value,
    limit: Limit,
    typed: bool,
    hits: usize,
    misses: usize,
    cache: Gc<Dict>,
    root: Gc<Link>,
    /// Separates positional from keyword arguments in keys.
    marker: Value,
    info_type: Value,
}

native_layout!(LruCacheWrapper, "functools._lru_cache_wrapper", |this, tracer| {
    for value in [this.function, this.cache.value(), this.root.value(), this.marker, this.info_type] {
        tracer.value(value.0);
    }
});

/// What a call's arguments are remembered by.
fn make_key(this: Gc<LruCacheWrapper>, arguments: &[Value], keywords: &KeywordArguments<'_>) -> Value {
    let named = !keywords.is_empty();
    if let [only] = arguments
        && !this.typed
        && !named
    {
        // Exact ints and strings can't be mistaken for a tuple of arguments.
        let class = class_of(*only);
        if class == types().int || class == types().str {
            return *only;
        }
    }
    let mut key = ScratchValues::with_capacity(arguments.len() * 2 + 1);
    key.extend_from_slice(arguments);
    if named {
        key.push(this.marker);
        for (name, value) in keywords.iter() {
            key.push(name.value());
            key.push(value);
        }
    }
    if this.typed {
        for argument in arguments {
            key.push(class_of(*argument).value());
        }
        for (_, value) in keywords.iter() {
            key.push(class_of(value).value());
        }
    }
    Tuple::new(&key).value()
}

/// Create a cached callable that wraps another function.
///
/// user_function:      the function being cached
///
/// maxsize:  0         for no caching
///           None      for unlimited cache size
///           n         for a bounded cache
///
/// typed:    False     cache f(3) and f(3.0) as identical calls
///           True      cache f(3) and f(3.0) as distinct calls
///
/// cache_info_type:    namedtuple class with the fields:
///                         hits misses currsize maxsize
#[native_type(name = "_lru_cache_wrapper", module = "functools", has_dict, weak_referencable)]
impl LruCacheWrapper {
    #[new("(*arguments, **keywords)", hidden)]
    fn new(
        thread: &mut Thread,
        class: Gc<TypeObject>,
        arguments: &[Value],
        keywords: KeywordArguments<'_>,
    ) -> Result<Gc<LruCacheWrapper>> {
        let mut bound = [Value::NULL; 4];
        for (place, name) in ["user_function", "maxsize", "typed", "cache_info_type"].iter().enumerate() {
            match arguments.get(place).copied().or_else(|| keywords.get(name)) {
                Some(value) => bound[place] = value,
                None => {
                    let message =
                        format!("lru_cache() missing required argument '{name}' (pos {})", place + 1);
                    return Err(thread.type_error(message));
                }
            }
        }
        let [function, maxsize, typed, info_type] = bound;
        if class_of(function).special(Special::Call).is_none() {
            return Err(thread.type_error("the first argument must be callable"));
        }
        let limit = limit_of(thread, maxsize)?;
        let typed = taipan_runtime::operations::is_true(thread, typed)?;
        let root = new_link(Value::NULL, 0, Value::NULL);
        close(root);
        let marker = taipan_runtime::object::instance::allocate(types().object).value();
        let content = LruCacheWrapper {
            head: NativeHead::empty(),
            function,
            limit,
            typed,
            hits: 0,
            misses: 0,
            cache: Dict::new(),
            root,
            marker,
            info_type,
        };
        Ok(native_object::new(class, content))
    }

    #[method("(*args, **kwargs)")]
    fn __call__(
        thread: &mut Thread,
        mut this: Gc<LruCacheWrapper>,
        args: &[Value],
        kwargs: KeywordArguments<'_>,
    ) -> Result {
        if this.limit == Limit::None {
            this.misses += 1;
            return kwargs.call(thread, this.function, args);
        }
        let key = make_key(this, args, &kwargs);
        let key_hash = hash(thread, key)?;
        if let Some(found) = this.cache.get_with_hash(thread, key, key_hash)? {
            this.hits += 1;
            if this.limit == Limit::Unbounded {
                return Ok(found);
            }
            let link = found.cast::<Link>();
            unlink(link);
            append(this.root, link);
            return Ok(link.result);
        }
        this.misses += 1;
        let result = kwargs.call(thread, this.function, args)?;
        match this.limit {
            Limit::Entries(most) => remember(thread, this, most, key, key_hash, result)?,
            _ => this.cache.set_with_hash(thread, key, key_hash, result)?,
        }
        Ok(result)
    }

    #[method]
    fn __get__(this: Gc<LruCacheWrapper>, instance: Value, _owner: Value) -> Value {
        if instance.is_none() { this.value() } else { BoundMethod::new(this.value(), instance).value() }
    }

    /// Report cache statistics
    #[method("()")]
    fn cache_info(thread: &mut Thread, this: Gc<LruCacheWrapper>) -> Result {
        let maxsize = match this.limit {
            Limit::None => Value::from_small_int(0),
            Limit::Unbounded => Value::NONE,
            Limit::Entries(most) => Value::from_unsigned(most as u64),
        };
        let number = |n: usize| Value::from_unsigned(n as u64);
        thread.call(
            this.info_type,
            &[number(this.hits), number(this.misses), maxsize, number(this.cache.length)],
        )
    }

    /// Clear the cache and cache statistics
    #[method("()")]
    fn cache_clear(mut this: Gc<LruCacheWrapper>) {
        this.hits = 0;
        this.misses = 0;
        close(this.root);
        this.cache.clear();
    }

    /// Return the qualified name by which pickling finds the function.
    #[method("()")]
    fn __reduce__(thread: &mut Thread, this: Gc<LruCacheWrapper>) -> Result {
        get_attribute_text(thread, this.value(), "__qualname__")
    }

    #[method("()", hidden)]
    fn __copy__(this: Gc<LruCacheWrapper>) -> Gc<LruCacheWrapper> {
        this
    }

    #[method("(memo, /)", hidden)]
    fn __deepcopy__(this: Gc<LruCacheWrapper>, _memo: Value) -> Gc<LruCacheWrapper> {
        this
    }
}

fn limit_of(thread: &mut Thread, maxsize: Value) -> Result<Limit> {
    if maxsize.is_none() {
        return Ok(Limit::Unbounded);
    }
    if maxsize.as_int_or_bool().is_none() && class_of(maxsize).special(Special::Index).is_none() {
        return Err(thread.type_error("maxsize should be integer or None"));
    }
    let int = index(thread, maxsize)?;
    match int.as_int_or_bool() {
        Some(IntRef::Small(small)) => Ok(match usize::try_from(small) {
            Ok(0) | Err(_) => Limit::None,
            Ok(most) => Limit::Entries(most),
        }),
        _ => Err(thread.overflow_error("cannot fit 'int' into an index-sized integer")),
    }
}

/// Adds a result to a bounded cache, in place of the oldest if it is full.
fn remember(
    thread: &mut Thread,
    this: Gc<LruCacheWrapper>,
    most: usize,
    key: Value,
    key_hash: i64,
    result: Value,
) -> Result<()> {
    // The function may have been called with the same arguments on the way, and has its entry then.
    if this.cache.get_with_hash(thread, key, key_hash)?.is_some() {
        return Ok(());
    }
    let oldest = this.root.newer.cast::<Link>();
    if this.cache.length >= most && oldest != this.root {
        unlink(oldest);
        this.cache.remove_with_hash(thread, oldest.key, oldest.hash)?;
    }
    let link = new_link(key, key_hash, result);
    this.cache.set_with_hash(thread, key, key_hash, link.value())?;
    append(this.root, link);
    Ok(())
}
