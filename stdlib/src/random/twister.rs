//! The Mersenne Twister MT19937 (Matsumoto and Nishimura, 1998), with seeding by an array of words as CPython uses it.

/// Words of state.
pub const STATE: usize = 624;
const MIDDLE: usize = 397;

/// A generator.
pub struct Twister {
    pub words: [u32; STATE],
    /// The next word to give out; `STATE` when new ones must be made.
    pub index: usize,
}

impl Default for Twister {
    fn default() -> Twister {
        Twister { words: [0; STATE], index: STATE }
    }
}

impl Twister {
    fn seed_from_word(&mut self, word: u32) {
        self.words[0] = word;
        for i in 1..STATE {
            let last = self.words[i - 1];
            self.words[i] = 1_812_433_253u32.wrapping_mul(last ^ (last >> 30)).wrapping_add(i as u32);
        }
        self.index = STATE;
    }

    /// Seeds from at least one word.
    pub fn seed(&mut self, key: &[u32]) {
        self.seed_from_word(19_650_218);
        let mut i = 1;
        for step in 0..key.len().max(STATE) {
            let j = step % key.len();
            self.words[i] = self.mixed(i, 1_664_525).wrapping_add(key[j]).wrapping_add(j as u32);
            i = self.following(i);
        }
        for _ in 1..STATE {
            self.words[i] = self.mixed(i, 1_566_083_941).wrapping_sub(i as u32);
            i = self.following(i);
        }
        self.words[0] = 0x8000_0000;
    }

    /// Word i with the one before it mixed in.
    fn mixed(&self, i: usize, factor: u32) -> u32 {
        let last = self.words[i - 1];
        self.words[i] ^ (last ^ (last >> 30)).wrapping_mul(factor)
    }

    /// The index behind i; past the end word 0 becomes a copy of the last and 1 is next.
    fn following(&mut self, i: usize) -> usize {
        if i + 1 < STATE {
            return i + 1;
        }
        self.words[0] = self.words[STATE - 1];
        1
    }

    fn refill(&mut self) {
        let words = &mut self.words;
        for k in 0..STATE {
            let mixed = (words[k] & 0x8000_0000) | (words[(k + 1) % STATE] & 0x7fff_ffff);
            let twist = if mixed & 1 != 0 { 0x9908_b0df } else { 0 };
            words[k] = words[(k + MIDDLE) % STATE] ^ (mixed >> 1) ^ twist;
        }
        self.index = 0;
    }

    /// 32 random bits.
    #[inline]
    pub fn next_word(&mut self) -> u32 {
        if self.index >= STATE {
            self.refill();
        }
        let mut y = self.words[self.index];
        self.index += 1;
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c_5680;
        y ^= (y << 15) & 0xefc6_0000;
        y ^ (y >> 18)
    }

    /// A float of 53 random bits in [0, 1).
    #[inline]
    pub fn next_float(&mut self) -> f64 {
        let (high, low) = (self.next_word() >> 5, self.next_word() >> 6);
        (f64::from(high) * 67_108_864.0 + f64::from(low)) * (1.0 / 9_007_199_254_740_992.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Twister;

    /// First floats after `random.seed(key)` in CPython.
    #[test]
    fn the_sequences_are_cpythons() {
        for (key, expected) in [
            (&[42u32][..], [0.6394267984578837, 0.025010755222666936, 0.27502931836911926]),
            (&[0], [0.8444218515250481, 0.7579544029403025, 0.420571580830845]),
            (&[1, 2, 3], [0.6098612722867289, 0.8866970434146851, 0.47633673750662764]),
        ] {
            let mut twister = Twister::default();
            twister.seed(key);
            assert_eq!([(); 3].map(|()| twister.next_float()), expected, "{key:?}");
        }
    }
}
