//! The state of any of the hashes, and what their objects share.

use crate::hashes::blake2::{Blake2b, Blake2s};
use digest::{Digest, ExtendableOutput, Update, XofReader};
use taipan_runtime::operations::buffer::BytesLike;
use taipan_runtime::prelude::*;

macro_rules! states {
    ($($name:ident($type:ty) $python:literal $block:literal;)*) => {
        /// A hash that is being computed.
        #[derive(Clone)]
        pub enum State { $($name(Box<$type>),)* Blake2b(Box<Blake2b>), Blake2s(Box<Blake2s>) }

        impl State {
            /// The algorithm's name.
            pub fn name(&self) -> &'static str {
                match self {
                    $(State::$name(_) => $python,)*
                    State::Blake2b(_) => "blake2b",
                    State::Blake2s(_) => "blake2s",
                }
            }

            /// Bytes that the algorithm takes in one step.
            pub fn block_size(&self) -> usize {
                match self {
                    $(State::$name(_) => $block,)*
                    State::Blake2b(_) => Blake2b::BLOCK,
                    State::Blake2s(_) => Blake2s::BLOCK,
                }
            }

            /// Adds data.
            pub fn update(&mut self, data: &[u8]) {
                match self {
                    $(State::$name(state) => Update::update(&mut **state, data),)*
                    State::Blake2b(state) => state.update(data),
                    State::Blake2s(state) => state.update(data),
                }
            }
        }
    };
}

states! {
    Md5(md5::Md5) "md5" 64;
    Sha1(sha1::Sha1) "sha1" 64;
    Sha224(sha2::Sha224) "sha224" 64;
    Sha256(sha2::Sha256) "sha256" 64;
    Sha384(sha2::Sha384) "sha384" 128;
    Sha512(sha2::Sha512) "sha512" 128;
    Sha3_224(sha3::Sha3_224) "sha3_224" 144;
    Sha3_256(sha3::Sha3_256) "sha3_256" 136;
    Sha3_384(sha3::Sha3_384) "sha3_384" 104;
    Sha3_512(sha3::Sha3_512) "sha3_512" 72;
    Shake128(sha3::Shake128) "shake_128" 168;
    Shake256(sha3::Shake256) "shake_256" 136;
}

impl State {
    /// The digest; `length` is for the algorithms whose digest may have any length.
    pub fn digest(&self, length: usize) -> Vec<u8> {
        fn fixed<D: Digest + Clone>(state: &D) -> Vec<u8> {
            state.clone().finalize().to_vec()
        }
        fn any<X: ExtendableOutput + Clone>(state: &X, length: usize) -> Vec<u8> {
            let mut out = vec![0; length];
            state.clone().finalize_xof().read(&mut out);
            out
        }
        match self {
            State::Md5(state) => fixed(&**state),
            State::Sha1(state) => fixed(&**state),
            State::Sha224(state) => fixed(&**state),
            State::Sha256(state) => fixed(&**state),
            State::Sha384(state) => fixed(&**state),
            State::Sha512(state) => fixed(&**state),
            State::Sha3_224(state) => fixed(&**state),
            State::Sha3_256(state) => fixed(&**state),
            State::Sha3_384(state) => fixed(&**state),
            State::Sha3_512(state) => fixed(&**state),
            State::Shake128(state) => any(&**state, length),
            State::Shake256(state) => any(&**state, length),
            State::Blake2b(state) => (**state).clone().finish(),
            State::Blake2s(state) => (**state).clone().finish(),
        }
    }

    /// Bytes of the digest, 0 where it may have any length.
    pub fn digest_size(&self) -> usize {
        match self {
            State::Md5(_) => 16,
            State::Sha1(_) => 20,
            State::Sha224(_) | State::Sha3_224(_) => 28,
            State::Sha256(_) | State::Sha3_256(_) => 32,
            State::Sha384(_) | State::Sha3_384(_) => 48,
            State::Sha512(_) | State::Sha3_512(_) => 64,
            State::Shake128(_) | State::Shake256(_) => 0,
            State::Blake2b(state) => state.digest_size,
            State::Blake2s(state) => state.digest_size,
        }
    }
}

/// The bytes of data to be hashed.
pub fn hashable(thread: &mut Thread, data: Value) -> Result<BytesLike> {
    if data.downcast::<Str>().is_some() {
        return Err(thread.type_error("Strings must be encoded before hashing"));
    }
    match BytesLike::of(thread, data)? {
        Some(bytes) => Ok(bytes),
        None => Err(thread.type_error("object supporting the buffer API required")),
    }
}

/// Feeds a constructor's data, which may be given under an old name too.
pub fn begin(thread: &mut Thread, mut state: State, data: Option<Value>, string: Value) -> Result<State> {
    let data = match (data, string.is_none()) {
        (Some(_), false) => {
            return Err(thread.type_error(
                "'data' and 'string' are mutually exclusive and support for 'string' keyword parameter is slated for removal in a future version.",
            ));
        }
        (None, false) => Some(string),
        (data, true) => data,
    };
    if let Some(data) = data {
        state.update(&hashable(thread, data)?);
    }
    Ok(state)
}

/// The hexadecimal form of a digest.
pub fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
