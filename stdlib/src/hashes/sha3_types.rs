//! `_sha3`: the hashes of the SHA-3 family, whose types are called to make objects.

use crate::hashes::GIL_MINSIZE;
use crate::hashes::state::{State, begin, hashable, hex};
use taipan_runtime::native::TypeDefinition;
use taipan_runtime::native_layout;
use taipan_runtime::object::bytes::Bytes;
use taipan_runtime::object::int::IntRef;
use taipan_runtime::object::native_object::{self, NativeHead};
use taipan_runtime::operations::index;
use taipan_runtime::prelude::*;

/// The module `_sha3`.
pub struct Sha3Module;

/// The hashes of the SHA-3 family.
#[native_module(name = "_sha3")]
impl Sha3Module {
    #[constant]
    fn _GIL_MINSIZE() -> i64 {
        GIL_MINSIZE
    }

    #[constant]
    fn implementation() -> &'static str {
        "RustCrypto"
    }

    #[types]
    fn types() -> &'static [&'static TypeDefinition] {
        &[
            Sha3_224::DEFINITION,
            Sha3_256::DEFINITION,
            Sha3_384::DEFINITION,
            Sha3_512::DEFINITION,
            Shake128::DEFINITION,
            Shake256::DEFINITION,
        ]
    }
}

/// The number of bytes to read from a hash of any length.
fn digest_length(thread: &mut Thread, length: Value) -> Result<usize> {
    let int = index(thread, length)?;
    match int.as_int_or_bool() {
        Some(IntRef::Small(small)) => {
            let length =
                usize::try_from(small).map_err(|_| thread.value_error("Cannot convert negative int"))?;
            if length >= 1 << 29 { Err(thread.value_error("length is too large")) } else { Ok(length) }
        }
        Some(IntRef::Big { negative: true, .. }) => Err(thread.value_error("Cannot convert negative int")),
        _ => Err(thread.overflow_error("Python int too large for C unsigned long")),
    }
}

/// Declares a type; `digest` and `hexdigest` are in brackets, since they differ between the families.
macro_rules! sha3_type {
    ($rust:ident, $name:tt, $full:tt, $suffix:literal, { $($digests:tt)* }) => {
        /// A hash that is being computed.
        #[repr(C)]
        pub struct $rust {
            head: NativeHead,
            state: State,
        }

        native_layout!($rust, $full, |this, tracer| ());

        /// Return a new hash object of the SHA-3 family.
        #[native_type(name = $name, module = "_sha3")]
        impl $rust {
            #[new("(data=b'', /, *, usedforsecurity=True, string=None)")]
            fn new(
                thread: &mut Thread,
                class: Gc<TypeObject>,
                data: Option<Value>,
                usedforsecurity: bool,
                string: Value,
            ) -> Result<Gc<$rust>> {
                let _ = usedforsecurity;
                let state = begin(thread, State::$rust(Box::default()), data, string)?;
                Ok(native_object::new(class, $rust { head: NativeHead::empty(), state }))
            }

            /// Update this hash object's state with the provided bytes-like object.
            #[method("(data, /)")]
            fn update(thread: &mut Thread, mut this: Gc<$rust>, data: Value) -> Result<()> {
                let data = hashable(thread, data)?;
                this.state.update(&data);
                Ok(())
            }

            $($digests)*

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

            #[getter]
            fn _capacity_bits(this: Gc<$rust>) -> usize {
                1600 - 8 * this.state.block_size()
            }

            #[getter]
            fn _rate_bits(this: Gc<$rust>) -> usize {
                8 * this.state.block_size()
            }

            #[getter]
            fn _suffix(_this: Gc<$rust>) -> Gc<Bytes> {
                Bytes::new(&[$suffix])
            }
        }
    };
}

macro_rules! fixed {
    ($rust:ident, $name:tt, $full:tt) => {
        sha3_type!($rust, $name, $full, 6, {
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
        });
    };
}

macro_rules! extendable {
    ($rust:ident, $name:tt, $full:tt) => {
        sha3_type!($rust, $name, $full, 0x1f, {
            /// Return the digest value as a bytes object.
            #[method("(length)")]
            fn digest(thread: &mut Thread, this: Gc<$rust>, length: Value) -> Result<Gc<Bytes>> {
                let length = digest_length(thread, length)?;
                Ok(Bytes::new(&this.state.digest(length)))
            }

            /// Return the digest value as a string of hexadecimal digits.
            #[method("(length)")]
            fn hexdigest(thread: &mut Thread, this: Gc<$rust>, length: Value) -> Result<String> {
                let length = digest_length(thread, length)?;
                Ok(hex(&this.state.digest(length)))
            }
        });
    };
}

fixed!(Sha3_224, "sha3_224", "_sha3.sha3_224");
fixed!(Sha3_256, "sha3_256", "_sha3.sha3_256");
fixed!(Sha3_384, "sha3_384", "_sha3.sha3_384");
fixed!(Sha3_512, "sha3_512", "_sha3.sha3_512");
extendable!(Shake128, "shake_128", "_sha3.shake_128");
extendable!(Shake256, "shake_256", "_sha3.shake_256");
