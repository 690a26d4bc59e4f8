use std::sync::Arc;

use super::*;
use crate::constant::Constant;
use crate::text::Text;

fn round_trip(constant: Constant) {
    assert_eq!(loads(&dumps(&constant)), Ok(constant));
}

#[test]
fn constants_survive() {
    let surrogate = Text::from_code_points([0xD800, 0x20AC]).unwrap();
    let items = [
        Constant::None,
        Constant::Ellipsis,
        Constant::Bool(true),
        Constant::Int(-1),
        Constant::Int(i64::MIN),
        Constant::Int(1 << 40),
        Constant::int_from_digits(true, vec![1, 2, 3, u32::MAX]),
        Constant::Float(-0.0),
        Constant::Complex(1.5, -2.5),
        Constant::str("name"),
        Constant::str("not a name"),
        Constant::str("x".repeat(300)),
        Constant::Str(surrogate),
        Constant::Bytes(Arc::from(&b"\0\xFF"[..])),
        Constant::FrozenSet([Constant::Int(1), Constant::str("b")].into()),
        Constant::Slice(Arc::new([Constant::None, Constant::Int(1), Constant::None])),
    ];
    for item in &items {
        round_trip(item.clone());
    }
    round_trip(Constant::tuple(items.clone()));
    round_trip(Constant::tuple([Constant::tuple(items.clone()), Constant::tuple(items)]));
    round_trip(Constant::tuple(vec![Constant::str("same"); 300]));
}

#[test]
fn what_the_oracle_writes() {
    // marshal.dumps((1, 'a', 'a', 2**70, 1.5))
    let bytes =
        b")\x05\xe9\x01\0\0\0\xda\x01ar\x01\0\0\0l\x05\0\0\0\0\0\0\0\0\0\0\0\0\x04\xe7\0\0\0\0\0\0\xf8?";
    let expected = [
        Constant::Int(1),
        Constant::str("a"),
        Constant::str("a"),
        Constant::int_from_digits(false, vec![0, 0, 64]),
        Constant::Float(1.5),
    ];
    assert_eq!(loads(bytes), Ok(Constant::tuple(expected)));
}

#[test]
fn hostile_bytes_are_errors() {
    let cases: [(&[u8], ReadError); 8] = [
        (b"", ReadError::Truncated),
        (b"(\xff\xff\xff\x7f", ReadError::Truncated),
        (b"(\xff\xff\xff\xff", ReadError::Malformed("size out of range")),
        (b"s\xff\xff\xff\x7fabc", ReadError::Truncated),
        (b"l\xff\xff\xff\x7fabc", ReadError::Truncated),
        (b"r\0\0\0\0", ReadError::Malformed("invalid reference")),
        (b"\xa9\x01r\0\0\0\0", ReadError::Malformed("invalid reference")),
        (b"[\0\0\0\0", ReadError::NotConstant),
    ];
    for (bytes, error) in cases {
        assert_eq!(loads(bytes), Err(error), "{bytes:?}");
    }
    assert_eq!(loads(&b")\x01".repeat(100_000)), Err(ReadError::TooLarge));
}

#[test]
fn shared_parts_expand_to_little() {
    // Each tuple holds the one before twice.
    let mut bytes = b")\x28".to_vec();
    bytes.extend(b"\xa9\x00");
    for index in 0..39u8 {
        bytes.extend([0xA9, 2, b'r', index, 0, 0, 0, b'r', index, 0, 0, 0]);
    }
    assert_eq!(loads(&bytes), Err(ReadError::TooLarge));
}
