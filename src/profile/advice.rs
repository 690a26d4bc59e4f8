//! What would help where machine code has to call the runtime, by instruction.

/// Why an instruction isn't machine code alone, and what can be done about it.
pub fn advice(opcode: &str) -> &'static str {
    match opcode {
        "BINARY_OP" => {
            "operands of other kinds than small ints and floats, or of changing ones: keep to one kind"
        }
        "BINARY_SLICE" | "STORE_SLICE" | "BUILD_SLICE" => {
            "slices are made by the runtime: index instead where it is hot"
        }
        "BUILD_LIST" | "BUILD_MAP" | "BUILD_SET" | "BUILD_TUPLE" | "LIST_APPEND" | "MAP_ADD" | "SET_ADD" => {
            "makes or grows an object: reuse one where it is hot"
        }
        "BUILD_STRING" | "FORMAT_SIMPLE" | "FORMAT_WITH_SPEC" | "CONVERT_VALUE" => {
            "formats text: do it outside the loop"
        }
        "CALL" => "a callee that is not known, not Python, or too large to be inlined",
        "CALL_KW" => "a call with keywords: pass the arguments by position where it is hot",
        "CALL_FUNCTION_EX" => "a call with * or **: name the arguments where it is hot",
        "COMPARE_OP" => "compares other things than small ints and floats, or of changing kinds",
        "CONTAINS_OP" => "looks an element up: by hash in a set or dict, else one by one",
        "DELETE_SUBSCR" => "deletes an element: the rest of a list moves",
        "FOR_ITER" | "GET_ITER" => "iterates over something other than a range, list or tuple",
        "IMPORT_NAME" | "IMPORT_FROM" => "an import: move it out of the function",
        "LOAD_ATTR" => "attributes of many classes, or computed ones (property, __getattr__, a module's)",
        "LOAD_GLOBAL" | "LOAD_NAME" => {
            "a global that is changed often: pass it as an argument or keep it in a local"
        }
        "LOAD_SUPER_ATTR" => "super(): call the base class's method where it is hot",
        "MAKE_FUNCTION" | "SET_FUNCTION_ATTRIBUTE" => "makes a function each time: define it once",
        "STORE_ATTR" => "attributes of many classes, or a class with __setattr__ or a property",
        "STORE_GLOBAL" => "a global is changed: keep it in a local where it is hot",
        "STORE_SUBSCR" => "stores into a dict or something of the program's own",
        "TO_BOOL" => "truth of an object that computes it",
        "UNPACK_SEQUENCE" | "UNPACK_EX" => "unpacks something other than a tuple or list of that length",
        "JUMP_BACKWARD" | "RESUME" => "signals, threads or the collector wanted to run",
        _ => "",
    }
}
