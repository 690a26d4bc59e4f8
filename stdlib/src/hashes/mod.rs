//! `_md5`, `_sha1`, `_sha2`, `_sha3` and `_blake2`: the algorithms behind `hashlib`.
//!
//! Each Python type is a layout of its own around the same [`State`]; [`hash_type!`] declares the methods that they all have.

mod blake2;
mod blake2_types;
mod sha3_types;
mod state;

pub use blake2_types::Blake2Module;
pub use sha3_types::Sha3Module;

use state::{State, begin, hashable, hex};
use taipan_runtime::native_layout;
use taipan_runtime::object::bytes::Bytes;
use taipan_runtime::object::native_object::{self, NativeHead};
use taipan_runtime::object::str::intern;
use taipan_runtime::prelude::*;

/// Smallest data for which hashing lets other threads run.
const GIL_MINSIZE: i64 = 2048;

/// Declares a type of hash objects that a function of its module makes.
macro_rules! hash_type {
    ($rust:ident, $name:tt, $module:tt, $full:tt) => {
        /// A hash that is being computed.
        #[repr(C)]
        pub struct $rust {
            head: NativeHead,
            state: State,
        }

        native_layout!($rust, $full, |this, tracer| ());

        #[native_type(name = $name, module = $module, no_new)]
        impl $rust {
            /// Update this hash object's state with the provided bytes-like object.
            #[method("(obj, /)")]
            fn update(thread: &mut Thread, mut this: Gc<$rust>, obj: Value) -> Result<()> {
                let data = hashable(thread, obj)?;
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
                native_object::new(
                    this.class(),
                    $rust { head: NativeHead::empty(), state: this.state.clone() },
                )
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
        }

        impl $rust {
            fn make(
                thread: &mut Thread,
                state: State,
                data: Option<Value>,
                string: Value,
            ) -> Result<Gc<$rust>> {
                let state = begin(thread, state, data, string)?;
                Ok(native_object::new($rust::class(), $rust { head: NativeHead::empty(), state }))
            }
        }
    };
}

hash_type!(Md5, "md5", "_md5", "_md5.md5");
hash_type!(Sha1, "sha1", "_sha1", "_sha1.sha1");
hash_type!(Sha224, "SHA224Type", "_sha2", "_sha2.SHA224Type");
hash_type!(Sha256, "SHA256Type", "_sha2", "_sha2.SHA256Type");
hash_type!(Sha384, "SHA384Type", "_sha2", "_sha2.SHA384Type");
hash_type!(Sha512, "SHA512Type", "_sha2", "_sha2.SHA512Type");

/// Makes the class of hash objects and puts it into a module.
fn add_type<T: NativeType>(thread: &mut Thread, module: Gc<Module>, name: &str) -> Result<()> {
    let class = taipan_runtime::builtins::class::class_of_definition(thread, T::DEFINITION)?;
    module.dict.set_str_infallible(intern(name), class.value());
    Ok(())
}

/// The module `_md5`.
pub struct Md5Module;

/// The MD5 hash.
#[native_module(name = "_md5")]
impl Md5Module {
    #[constant]
    fn _GIL_MINSIZE() -> i64 {
        GIL_MINSIZE
    }

    #[execute]
    fn execute(thread: &mut Thread, module: Gc<Module>) -> Result<()> {
        add_type::<Md5>(thread, module, "MD5Type")
    }

    /// Return a new MD5 hash object; optionally initialized with a string.
    #[function("(data=b'', *, usedforsecurity=True, string=None)")]
    fn md5(
        thread: &mut Thread,
        data: Option<Value>,
        usedforsecurity: bool,
        string: Value,
    ) -> Result<Gc<Md5>> {
        let _ = usedforsecurity;
        Md5::make(thread, State::Md5(Box::default()), data, string)
    }
}

/// The module `_sha1`.
pub struct Sha1Module;

/// The SHA-1 hash.
#[native_module(name = "_sha1")]
impl Sha1Module {
    #[constant]
    fn _GIL_MINSIZE() -> i64 {
        GIL_MINSIZE
    }

    #[execute]
    fn execute(thread: &mut Thread, module: Gc<Module>) -> Result<()> {
        add_type::<Sha1>(thread, module, "SHA1Type")
    }

    /// Return a new SHA1 hash object; optionally initialized with a string.
    #[function("(data=b'', *, usedforsecurity=True, string=None)")]
    fn sha1(
        thread: &mut Thread,
        data: Option<Value>,
        usedforsecurity: bool,
        string: Value,
    ) -> Result<Gc<Sha1>> {
        let _ = usedforsecurity;
        Sha1::make(thread, State::Sha1(Box::default()), data, string)
    }
}

/// The module `_sha2`.
pub struct Sha2Module;

/// The hashes of the SHA-2 family.
#[native_module(name = "_sha2")]
impl Sha2Module {
    #[constant]
    fn _GIL_MINSIZE() -> i64 {
        GIL_MINSIZE
    }

    #[execute]
    fn execute(thread: &mut Thread, module: Gc<Module>) -> Result<()> {
        add_type::<Sha224>(thread, module, "SHA224Type")?;
        add_type::<Sha256>(thread, module, "SHA256Type")?;
        add_type::<Sha384>(thread, module, "SHA384Type")?;
        add_type::<Sha512>(thread, module, "SHA512Type")
    }

    /// Return a new SHA-224 hash object; optionally initialized with a string.
    #[function("(data=b'', *, usedforsecurity=True, string=None)")]
    fn sha224(
        thread: &mut Thread,
        data: Option<Value>,
        usedforsecurity: bool,
        string: Value,
    ) -> Result<Gc<Sha224>> {
        let _ = usedforsecurity;
        Sha224::make(thread, State::Sha224(Box::default()), data, string)
    }

    /// Return a new SHA-256 hash object; optionally initialized with a string.
    #[function("(data=b'', *, usedforsecurity=True, string=None)")]
    fn sha256(
        thread: &mut Thread,
        data: Option<Value>,
        usedforsecurity: bool,
        string: Value,
    ) -> Result<Gc<Sha256>> {
        let _ = usedforsecurity;
        Sha256::make(thread, State::Sha256(Box::default()), data, string)
    }

    /// Return a new SHA-384 hash object; optionally initialized with a string.
    #[function("(data=b'', *, usedforsecurity=True, string=None)")]
    fn sha384(
        thread: &mut Thread,
        data: Option<Value>,
        usedforsecurity: bool,
        string: Value,
    ) -> Result<Gc<Sha384>> {
        let _ = usedforsecurity;
        Sha384::make(thread, State::Sha384(Box::default()), data, string)
    }

    /// Return a new SHA-512 hash object; optionally initialized with a string.
    #[function("(data=b'', *, usedforsecurity=True, string=None)")]
    fn sha512(
        thread: &mut Thread,
        data: Option<Value>,
        usedforsecurity: bool,
        string: Value,
    ) -> Result<Gc<Sha512>> {
        let _ = usedforsecurity;
        Sha512::make(thread, State::Sha512(Box::default()), data, string)
    }
}
