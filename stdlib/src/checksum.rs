//! CRC-32 and Adler-32.

const fn table() -> [[u32; 256]; 8] {
    let mut tables = [[0u32; 256]; 8];
    let mut i = 0;
    while i < 256 {
        let mut crc = i as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 != 0 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
            bit += 1;
        }
        tables[0][i] = crc;
        i += 1;
    }
    let mut t = 1;
    while t < 8 {
        let mut i = 0;
        while i < 256 {
            let last = tables[t - 1][i];
            tables[t][i] = last >> 8 ^ tables[0][(last & 255) as usize];
            i += 1;
        }
        t += 1;
    }
    tables
}

static TABLES: [[u32; 256]; 8] = table();

/// CRC-32 of data, continued from `crc`; eight bytes a step.
pub fn crc32(crc: u32, data: &[u8]) -> u32 {
    let mut crc = !crc;
    let mut chunks = data.chunks_exact(8);
    for chunk in &mut chunks {
        let low = crc ^ u32::from_le_bytes([chunk[0], chunk[1], chunk[2], chunk[3]]);
        let mut next = 0;
        for (i, byte) in low.to_le_bytes().iter().chain(&chunk[4..]).enumerate() {
            next ^= TABLES[7 - i][usize::from(*byte)];
        }
        crc = next;
    }
    for byte in chunks.remainder() {
        crc = crc >> 8 ^ TABLES[0][(crc as u8 ^ byte) as usize];
    }
    !crc
}

/// Adler-32 of data, continued from `sum`.
pub fn adler32(sum: u32, data: &[u8]) -> u32 {
    const MODULUS: u32 = 65_521;
    /// Most bytes before the sums can overflow.
    const BLOCK: usize = 5_552;
    let (mut a, mut b) = (sum & 0xffff, sum >> 16);
    for block in data.chunks(BLOCK) {
        for byte in block {
            a += u32::from(*byte);
            b += a;
        }
        a %= MODULUS;
        b %= MODULUS;
    }
    b << 16 | a
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_sums() {
        assert_eq!(crc32(0, b"abc"), 891_568_578);
        assert_eq!(crc32(u32::MAX, b"abc"), 899_311_407);
        assert_eq!(crc32(crc32(0, b"123456789012"), b"3456789"), crc32(0, b"1234567890123456789"));
        assert_eq!(adler32(1, b"abc"), 38_600_999);
        assert_eq!(adler32(0, b"abc"), 38_404_390);
    }
}
