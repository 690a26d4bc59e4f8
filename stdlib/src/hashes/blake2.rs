//! BLAKE2b and BLAKE2s (RFC 7693) with all parameters: key, salt, personalisation and the place in a tree.

/// The order in which each round takes the message words.
const ORDER: [[usize; 16]; 10] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
    [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
    [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
    [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
    [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
    [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
    [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
    [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
    [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
];

/// What distinguishes a hash besides its data.
pub struct Parameters<'a> {
    pub digest_size: usize,
    pub key: &'a [u8],
    pub salt: &'a [u8],
    pub person: &'a [u8],
    pub fanout: u8,
    pub depth: u8,
    pub leaf_size: u32,
    pub node_offset: u64,
    pub node_depth: u8,
    pub inner_size: u8,
    pub last_node: bool,
}

macro_rules! blake2 {
    ($(#[$doc:meta])* $name:ident, $word:ty, $counter:ty, $initial:expr, $rounds:literal, $turns:expr, $offset_bytes:literal) => {
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name {
            state: [$word; 8],
            /// Bytes hashed.
            count: $counter,
            /// The block being filled; a full one waits for more, since the last is treated differently.
            block: [u8; $name::BLOCK],
            filled: usize,
            pub digest_size: usize,
            last_node: bool,
        }

        impl $name {
            const WORD: usize = size_of::<$word>();
            pub const BLOCK: usize = 16 * $name::WORD;
            pub const MAXIMUM_DIGEST: usize = 8 * $name::WORD;
            /// Bytes of salt and of personalisation.
            pub const SALT: usize = 2 * $name::WORD;
            const INITIAL: [$word; 8] = $initial;

            /// A hash of nothing; the parts of the parameters fit.
            pub fn new(parameters: &Parameters) -> $name {
                let mut header = Vec::with_capacity(8 * $name::WORD);
                header.extend([
                    parameters.digest_size as u8,
                    parameters.key.len() as u8,
                    parameters.fanout,
                    parameters.depth,
                ]);
                header.extend(parameters.leaf_size.to_le_bytes());
                header.extend(&parameters.node_offset.to_le_bytes()[..$offset_bytes]);
                header.extend([parameters.node_depth, parameters.inner_size]);
                header.resize(4 * $name::WORD, 0);
                header.extend(parameters.salt);
                header.resize(6 * $name::WORD, 0);
                header.extend(parameters.person);
                header.resize(8 * $name::WORD, 0);
                let mut state = $name::INITIAL;
                for (word, bytes) in state.iter_mut().zip(header.chunks_exact($name::WORD)) {
                    *word ^= $name::word(bytes);
                }
                let mut hash = $name {
                    state,
                    count: 0,
                    block: [0; $name::BLOCK],
                    filled: 0,
                    digest_size: parameters.digest_size,
                    last_node: parameters.last_node,
                };
                if !parameters.key.is_empty() {
                    let mut block = [0; $name::BLOCK];
                    block[..parameters.key.len()].copy_from_slice(parameters.key);
                    hash.update(&block);
                }
                hash
            }

            fn word(bytes: &[u8]) -> $word {
                bytes.iter().rev().fold(0, |word, byte| word << 8 | <$word>::from(*byte))
            }

            /// Adds data.
            pub fn update(&mut self, mut data: &[u8]) {
                while !data.is_empty() {
                    if self.filled == $name::BLOCK {
                        self.count += $name::BLOCK as $counter;
                        self.compress(false);
                        self.filled = 0;
                    }
                    let taken = data.len().min($name::BLOCK - self.filled);
                    self.block[self.filled..self.filled + taken].copy_from_slice(&data[..taken]);
                    self.filled += taken;
                    data = &data[taken..];
                }
            }

            /// The digest.
            pub fn finish(mut self) -> Vec<u8> {
                self.count += self.filled as $counter;
                self.block[self.filled..].fill(0);
                self.compress(true);
                let mut digest: Vec<u8> = self.state.iter().flat_map(|word| word.to_le_bytes()).collect();
                digest.truncate(self.digest_size);
                digest
            }

            fn compress(&mut self, last: bool) {
                let mut message = [0; 16];
                for (word, bytes) in message.iter_mut().zip(self.block.chunks_exact($name::WORD)) {
                    *word = $name::word(bytes);
                }
                let mut v = [0; 16];
                v[..8].copy_from_slice(&self.state);
                v[8..].copy_from_slice(&$name::INITIAL);
                v[12] ^= self.count as $word;
                v[13] ^= (self.count >> (8 * $name::WORD)) as $word;
                if last {
                    v[14] = !v[14];
                    if self.last_node {
                        v[15] = !v[15];
                    }
                }
                for round in 0..$rounds {
                    let order = &ORDER[round % 10];
                    for (i, [a, b, c, d]) in MIXES.into_iter().enumerate() {
                        let (x, y) = (message[order[2 * i]], message[order[2 * i + 1]]);
                        let turns: [u32; 4] = $turns;
                        v[a] = v[a].wrapping_add(v[b]).wrapping_add(x);
                        v[d] = (v[d] ^ v[a]).rotate_right(turns[0]);
                        v[c] = v[c].wrapping_add(v[d]);
                        v[b] = (v[b] ^ v[c]).rotate_right(turns[1]);
                        v[a] = v[a].wrapping_add(v[b]).wrapping_add(y);
                        v[d] = (v[d] ^ v[a]).rotate_right(turns[2]);
                        v[c] = v[c].wrapping_add(v[d]);
                        v[b] = (v[b] ^ v[c]).rotate_right(turns[3]);
                    }
                }
                for i in 0..8 {
                    self.state[i] ^= v[i] ^ v[i + 8];
                }
            }
        }
    };
}

/// The words that each of a round's eight mixes takes: columns, then diagonals.
const MIXES: [[usize; 4]; 8] = [
    [0, 4, 8, 12],
    [1, 5, 9, 13],
    [2, 6, 10, 14],
    [3, 7, 11, 15],
    [0, 5, 10, 15],
    [1, 6, 11, 12],
    [2, 7, 8, 13],
    [3, 4, 9, 14],
];

blake2!(
    /// BLAKE2b
    Blake2b,
    u64,
    u128,
    [
        0x6a09e667f3bcc908,
        0xbb67ae8584caa73b,
        0x3c6ef372fe94f82b,
        0xa54ff53a5f1d36f1,
        0x510e527fade682d1,
        0x9b05688c2b3e6c1f,
        0x1f83d9abfb41bd6b,
        0x5be0cd19137e2179,
    ],
    12,
    [32, 24, 16, 63],
    8
);

blake2!(
    /// BLAKE2s
    Blake2s,
    u32,
    u64,
    [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19],
    10,
    [16, 12, 8, 7],
    6
);

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(digest: Vec<u8>) -> String {
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    const PARAMETERS: Parameters = Parameters {
        digest_size: 9,
        key: b"k",
        salt: b"s",
        person: b"p",
        fanout: 2,
        depth: 3,
        leaf_size: 4,
        node_offset: 5,
        node_depth: 1,
        inner_size: 7,
        last_node: true,
    };

    /// Digests that CPython gives for the same parameters.
    #[test]
    fn all_parameters_count() {
        let mut b = Blake2b::new(&PARAMETERS);
        b.update(b"abc");
        assert_eq!(hex(b.finish()), "8795aff0e765cf0890");
        let mut s = Blake2s::new(&PARAMETERS);
        s.update(b"abc");
        assert_eq!(hex(s.finish()), "1bffcdc6068f6647ea");
    }
}
