//! `_blake2`: BLAKE2b and BLAKE2s with all their parameters.

use crate::hashes::GIL_MINSIZE;
use crate::hashes::blake2::{Blake2b as Blake2bState, Blake2s as Blake2sState, Parameters};
use crate::hashes::state::{State, begin, hashable, hex};
use taipan_runtime::native::TypeDefinition;
use taipan_runtime::native_layout;
use taipan_runtime::object::bytes::Bytes;
use taipan_runtime::object::int::IntRef;
use taipan_runtime::object::native_object::{self, NativeHead};
use taipan_runtime::operations::buffer::BytesLike;
use taipan_runtime::operations::index;
use taipan_runtime::prelude::*;

/// The module `_blake2`.
pub struct Blake2Module;

/// The BLAKE2 hashes.
#[native_module(name = "_blake2")]
impl Blake2Module {
    #[constant]
    fn _GIL_MINSIZE() -> i64 {
        GIL_MINSIZE
    }

    #[constant]
    fn BLAKE2B_MAX_DIGEST_SIZE() -> usize {
        Blake2bState::MAXIMUM_DIGEST
    }

    #[constant]
    fn BLAKE2B_MAX_KEY_SIZE() -> usize {
        Blake2bState::MAXIMUM_DIGEST
    }

    #[constant]
    fn BLAKE2B_PERSON_SIZE() -> usize {
        Blake2bState::SALT
    }

    #[constant]
    fn BLAKE2B_SALT_SIZE() -> usize {
        Blake2bState::SALT
    }

    #[constant]
    fn BLAKE2S_MAX_DIGEST_SIZE() -> usize {
        Blake2sState::MAXIMUM_DIGEST
    }

    #[constant]
    fn BLAKE2S_MAX_KEY_SIZE() -> usize {
        Blake2sState::MAXIMUM_DIGEST
    }

    #[constant]
    fn BLAKE2S_PERSON_SIZE() -> usize {
        Blake2sState::SALT
    }

    #[constant]
    fn BLAKE2S_SALT_SIZE() -> usize {
        Blake2sState::SALT
    }

    #[types]
    fn types() -> &'static [&'static TypeDefinition] {
        &[Blake2b::DEFINITION, Blake2s::DEFINITION]
    }
}

/// The limits of one of the algorithms.
struct Limits {
    name: &'static str,
    digest: usize,
    salt: usize,
    node_offset_bits: u32,
}

/// The arguments of a constructor, as given.
struct Given {
    digest_size: i32,
    fanout: i32,
    depth: i32,
    leaf_size: Value,
    node_offset: Value,
    node_depth: i32,
    inner_size: i32,
    last_node: bool,
    key: Option<BytesLike>,
    salt: Option<BytesLike>,
    person: Option<BytesLike>,
}

/// An unsigned argument.
fn unsigned(thread: &mut Thread, value: Value, what: &str, bits: u32, c_type: &str) -> Result<u64> {
    let int = index(thread, value)?;
    let number = match int.as_int_or_bool() {
        Some(IntRef::Small(small)) if small >= 0 => small as u64,
        Some(IntRef::Big { negative: false, limbs: [limb] }) => *limb,
        Some(IntRef::Small(_) | IntRef::Big { negative: true, .. }) => {
            return Err(thread.value_error("Cannot convert negative int"));
        }
        _ => return Err(thread.overflow_error(format!("Python int too large for C {c_type}"))),
    };
    if bits < 64 && number >> bits != 0 {
        return Err(thread.overflow_error(format!("{what} is too large")));
    }
    Ok(number)
}

fn ranged(thread: &mut Thread, number: i32, least: i32, what: &str) -> Result<u8> {
    match u8::try_from(number) {
        Ok(byte) if number >= least => Ok(byte),
        _ => Err(thread.value_error(format!("{what} must be between {least} and 255"))),
    }
}

impl Given {
    /// Checks the arguments.
    fn parameters(&self, thread: &mut Thread, limits: &Limits) -> Result<Parameters<'_>> {
        let Limits { name, digest, salt, node_offset_bits } = *limits;
        let size = usize::try_from(self.digest_size).ok().filter(|size| (1..=digest).contains(size));
        let Some(digest_size) = size else {
            let given = self.digest_size;
            let message =
                format!("digest_size for {name} must be between 1 and {digest} bytes, here it is {given}");
            return Err(thread.value_error(message));
        };
        let (key, given_salt, person) = (bytes_of(&self.key), bytes_of(&self.salt), bytes_of(&self.person));
        for (part, what, most) in [(given_salt, "salt", salt), (person, "person", salt)] {
            if part.len() > most {
                return Err(thread.value_error(format!("maximum {what} length is {most} bytes")));
            }
        }
        let fanout = ranged(thread, self.fanout, 0, "fanout")?;
        let depth = ranged(thread, self.depth, 1, "depth")?;
        let leaf_size = unsigned(thread, self.leaf_size, "leaf_size", 32, "unsigned long")? as u32;
        let node_offset =
            unsigned(thread, self.node_offset, "node_offset", node_offset_bits, "unsigned long long")?;
        let node_depth = ranged(thread, self.node_depth, 0, "node_depth")?;
        let inner_size = match u8::try_from(self.inner_size) {
            Ok(size) if usize::from(size) <= digest => size,
            _ => return Err(thread.value_error(format!("inner_size must be between 0 and is {digest}"))),
        };
        if key.len() > digest {
            return Err(thread.value_error(format!("maximum key length is {digest} bytes")));
        }
        Ok(Parameters {
            digest_size,
            key,
            salt: given_salt,
            person,
            fanout,
            depth,
            leaf_size,
            node_offset,
            node_depth,
            inner_size,
            last_node: self.last_node,
        })
    }
}

/// The bytes of an argument, none if it wasn't given.
fn bytes_of(given: &Option<BytesLike>) -> &[u8] {
    given.as_deref().unwrap_or(&[])
}

macro_rules! blake2_type {
    ($rust:ident, $state:ident, $name:tt, $full:tt, $limits:expr, $text:tt) => {
        /// A hash that is being computed.
        #[repr(C)]
        pub struct $rust {
            head: NativeHead,
            state: State,
        }

        native_layout!($rust, $full, |this, tracer| ());

        /// Return a new BLAKE2 hash object.
        #[native_type(name = $name, module = "_blake2")]
        impl $rust {
            #[new(
                "(data=b'', *, digest_size=<maximum>, key=b'', salt=b'', person=b'', fanout=1, depth=1, leaf_size=0, node_offset=0, node_depth=0, inner_size=0, last_node=False, usedforsecurity=True, string=None)",
                text = $text
            )]
            #[allow(clippy::too_many_arguments)]
            fn new(
                thread: &mut Thread,
                class: Gc<TypeObject>,
                data: Option<Value>,
                digest_size: Option<i32>,
                key: Option<BytesLike>,
                salt: Option<BytesLike>,
                person: Option<BytesLike>,
                fanout: i32,
                depth: i32,
                leaf_size: Value,
                node_offset: Value,
                node_depth: i32,
                inner_size: i32,
                last_node: bool,
                usedforsecurity: bool,
                string: Value,
            ) -> Result<Gc<$rust>> {
                let _ = usedforsecurity;
                let given = Given {
                    digest_size: digest_size.unwrap_or($state::MAXIMUM_DIGEST as i32),
                    fanout,
                    depth,
                    leaf_size,
                    node_offset,
                    node_depth,
                    inner_size,
                    last_node,
                    key,
                    salt,
                    person,
                };
                let parameters = given.parameters(thread, &$limits)?;
                let state = State::$rust(Box::new($state::new(&parameters)));
                let state = begin(thread, state, data, string)?;
                Ok(native_object::new(class, $rust { head: NativeHead::empty(), state }))
            }

            /// Update this hash object's state with the provided bytes-like object.
            #[method("(data, /)")]
            fn update(thread: &mut Thread, mut this: Gc<$rust>, data: Value) -> Result<()> {
                let data = hashable(thread, data)?;
                this.state.update(&data);
                Ok(())
            }

            /// Return the digest value as a bytes object.
            #[method("()")]
            fn digest(this: Gc<$rust>) -> Gc<Bytes> {
                Bytes::new(&this.state.digest(0))
            }

            /// Return the digest value as a string of hexadecimal digits.
            #[method("()")]
            fn hexdigest(this: Gc<$rust>) -> String {
                hex(&this.state.digest(0))
            }

            /// Return a copy of the hash object.
            #[method("()")]
            fn copy(this: Gc<$rust>) -> Gc<$rust> {
                native_object::new(this.class(), $rust { head: NativeHead::empty(), state: this.state.clone() })
            }

            #[getter]
            fn name(this: Gc<$rust>) -> &'static str {
                this.state.name()
            }

            #[getter]
            fn block_size(this: Gc<$rust>) -> usize {
                this.state.block_size()
            }

            #[getter]
            fn digest_size(this: Gc<$rust>) -> usize {
                this.state.digest_size()
            }

            #[attribute]
            fn MAX_DIGEST_SIZE() -> usize {
                $state::MAXIMUM_DIGEST
            }

            #[attribute]
            fn MAX_KEY_SIZE() -> usize {
                $state::MAXIMUM_DIGEST
            }

            #[attribute]
            fn PERSON_SIZE() -> usize {
                $state::SALT
            }

            #[attribute]
            fn SALT_SIZE() -> usize {
                $state::SALT
            }
        }
    };
}

blake2_type!(
    Blake2b,
    Blake2bState,
    "blake2b",
    "_blake2.blake2b",
    Limits { name: "Blake2b", digest: 64, salt: 16, node_offset_bits: 64 },
    "(data=b'', *, digest_size=_blake2.blake2b.MAX_DIGEST_SIZE,\n        key=b'', salt=b'', person=b'', fanout=1, depth=1, leaf_size=0,\n        node_offset=0, node_depth=0, inner_size=0, last_node=False,\n        usedforsecurity=True, string=None)"
);
blake2_type!(
    Blake2s,
    Blake2sState,
    "blake2s",
    "_blake2.blake2s",
    Limits { name: "Blake2s", digest: 32, salt: 8, node_offset_bits: 48 },
    "(data=b'', *, digest_size=_blake2.blake2s.MAX_DIGEST_SIZE,\n        key=b'', salt=b'', person=b'', fanout=1, depth=1, leaf_size=0,\n        node_offset=0, node_depth=0, inner_size=0, last_node=False,\n        usedforsecurity=True, string=None)"
);
