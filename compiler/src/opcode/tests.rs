use super::*;

#[test]
fn numbers_and_names() {
    assert_eq!(Opcode::LoadFast as u16, 84);
    assert_eq!(Opcode::LoadFast.name(), "LOAD_FAST");
    assert_eq!(Opcode::from_u8(128), Some(Opcode::Resume));
    assert_eq!(Opcode::from_u8(121), None);
    assert_eq!(Opcode::from_name("STORE_FAST_MAYBE_NULL"), Some(Opcode::StoreFastMaybeNull));
}

#[test]
fn specialised_forms_share_the_base() {
    assert_eq!(Opcode::BinaryOpAddInt.base(), Opcode::BinaryOp);
    assert_eq!(Opcode::BinaryOpAddInt.cache_words(), 5);
    assert_eq!(CACHE_WORDS[Opcode::LoadAttrSlot as usize], 9);
    for opcode in Opcode::all() {
        assert_eq!(opcode.base().base(), opcode.base());
    }
}

#[test]
fn effects() {
    assert_eq!(Opcode::Call.stack_effect(3, false), -4);
    assert_eq!(Opcode::SetupFinally.stack_effect(0, false), 0);
    assert_eq!(Opcode::SetupFinally.stack_effect(0, true), 1);
    assert_eq!(Opcode::UnpackEx.stack_effect(0x0201, false), 3);
}
