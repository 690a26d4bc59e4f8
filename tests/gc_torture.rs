//! A sample of the programs with a collection every few allocations and freed memory poisoned, interpreted and
//! compiled: an object that somebody forgot to keep alive shows here. The programs are those that are short enough
//! for it and make objects of every kind.

mod support;

use libtest_mimic::{Arguments, Failed, Trial};

/// Programs that finish under torture in reasonable time: they allocate a little of everything.
const SAMPLE: &[&str] = &[
    "class_descriptors",
    "class_metaclass",
    "gc_cycles",
    "gc_finalizers",
    "gc_weak_references",
    "statement_async",
    "statement_async_generator",
    "statement_exception_groups",
    "statement_match",
    "statement_raise_chaining",
    "statement_tstring",
    "statement_type_parameters",
    "statement_with",
    "torture_containers",
    "torture_frames",
    "torture_hot_objects",
    "torture_strings",
    "type_dict",
    "type_int_big",
    "type_list",
    "type_set",
    "type_str_methods",
];

/// Allocations from one collection to the next: as few as the time allows. By hand, all programs should pass at 20 and some at 1.
const TORTURE: &str = "20";

fn main() {
    let arguments = Arguments::from_args();
    let known = support::program_names();
    let mut trials = Vec::new();
    for &name in SAMPLE {
        assert!(known.iter().any(|program| program == name), "{name} is no program");
        for mode in support::modes() {
            let test = format!("{name}::{mode}::torture");
            let ignored = support::is_not_yet(&test);
            let trial = Trial::test(test, move || {
                let environment = [("TAIPAN_GC_TORTURE", TORTURE.to_owned())];
                support::check_program(name, &support::mode_options(&mode), &environment)
                    .map_err(Failed::from)
            });
            trials.push(trial.with_ignored_flag(ignored));
        }
    }
    libtest_mimic::run(&arguments, trials).exit();
}
