//! Functions of integers of any size.

use dashu_int::UBig;
use dashu_int::ops::BitTest;

/// Integer square root, rounded down.
pub fn square_root(n: &UBig) -> UBig {
    use dashu_int::ops::SquareRoot;
    n.sqrt()
}

/// The product of the integers from `start` to `end`, both included; 1 if there are none.
pub fn product_of_range(start: u64, end: u64) -> UBig {
    if start > end {
        return UBig::ONE;
    }
    if end - start < 8 {
        return (start..=end).map(UBig::from).product();
    }
    let middle = start + (end - start) / 2;
    product_of_range(start, middle) * product_of_range(middle + 1, end)
}

/// `n!`: odd parts are multiplied and the power of two shifted in.
pub fn factorial(n: u64) -> UBig {
    let mut odd = UBig::ONE;
    let mut total = UBig::ONE;
    let mut last = 1;
    for level in (0..n.max(1).ilog2()).rev() {
        // Odd numbers above `last` and up to n / 2^level, which come in with every smaller level again.
        let end = n >> level;
        odd *= product_of_odd(last + 1, end);
        total *= &odd;
        last = end;
    }
    total << (n - u64::from(n.count_ones())) as usize
}

/// The product of the odd integers from `start` to `end`, both included.
fn product_of_odd(start: u64, end: u64) -> UBig {
    let first = start | 1;
    if first > end {
        return UBig::ONE;
    }
    let count = (end - first) / 2 + 1;
    if count <= 8 {
        return (0..count).map(|i| UBig::from(first + 2 * i)).product();
    }
    let middle = first + (count / 2) * 2;
    product_of_odd(first, middle - 1) * product_of_odd(middle, end)
}

/// `n * (n-1) * ... ` with `k` factors; n >= k.
pub fn falling_product(n: &UBig, k: u64) -> UBig {
    if let Ok(small) = u64::try_from(n) {
        return if k == 0 { UBig::ONE } else { product_of_range(small - k + 1, small) };
    }
    match k {
        0 => UBig::ONE,
        1 => n.clone(),
        _ => {
            let half = k / 2;
            falling_product(n, half) * falling_product(&(n - UBig::from(half)), k - half)
        }
    }
}

/// Binomial coefficient; n >= k.
pub fn binomial(n: &UBig, k: u64) -> UBig {
    if let Some(small) = small_binomial(n, k) {
        return small;
    }
    // C(n, k) = C(n, j) * C(n-j, k-j) / C(k, j) keeps numerators and denominators small.
    let j = k / 2;
    binomial(n, j) * binomial(&(n - UBig::from(j)), k - j) / binomial(&UBig::from(k), j)
}

/// The coefficient where each step fits in 128 bits, or k is tiny.
fn small_binomial(n: &UBig, k: u64) -> Option<UBig> {
    match k {
        0 => return Some(UBig::ONE),
        1 => return Some(n.clone()),
        _ => {}
    }
    let n = u64::try_from(n).ok().filter(|n| n.bit_len() <= 32)?;
    let mut result: u128 = 1;
    for i in 0..k {
        result = result.checked_mul(u128::from(n - i))? / u128::from(i + 1);
    }
    Some(UBig::from(result))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factorials_and_coefficients() {
        let mut expected = UBig::ONE;
        for n in 0..200u64 {
            if n > 0 {
                expected *= UBig::from(n);
            }
            assert_eq!(factorial(n), expected, "{n}!");
            assert_eq!(product_of_range(1, n), expected);
        }
        for n in 0..80u64 {
            let mut row = UBig::ONE;
            for k in 0..=n {
                assert_eq!(binomial(&UBig::from(n), k), row, "C({n}, {k})");
                row = row * UBig::from(n - k) / UBig::from(k + 1);
            }
        }
        assert_eq!(falling_product(&UBig::from(10u8), 3), UBig::from(720u32));
    }
}
