//! Every program of `tests/programs` in every mode, against the oracle's stored outcome: standard output, standard
//! error and exit status, to the last character. One test a program and mode, named `program::mode`:
//!
//!     cargo test --release --test programs -- hot_int       # the programs whose name has hot_int in it
//!     cargo test --release --test programs -- ::stress      # one mode
//!
//! A program whose first line is `# modes: off,on REASON` runs in these modes only.

mod support;

use libtest_mimic::{Arguments, Failed, Trial};

/// The modes a program allows, all unless its first line restricts them.
fn allows(source: &str, mode: &str) -> bool {
    let Some(list) = source.lines().next().and_then(|line| line.strip_prefix("# modes:")) else {
        return true;
    };
    list.split_whitespace().next().is_some_and(|modes| modes.split(',').any(|allowed| allowed == mode))
}

fn main() {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for name in support::program_names() {
        let path = support::programs_folder().join(format!("{name}.py"));
        let source =
            String::from_utf8_lossy(&std::fs::read(path).expect("a program can be read")).into_owned();
        for mode in support::modes().into_iter().filter(|mode| allows(&source, mode)) {
            let name = name.clone();
            let test = format!("{name}::{mode}");
            let ignored = support::is_not_yet(&test);
            let trial = Trial::test(test, move || {
                support::check_program(&name, &support::mode_options(&mode), &[]).map_err(Failed::from)
            });
            trials.push(trial.with_ignored_flag(ignored));
        }
    }
    libtest_mimic::run(&arguments, trials).exit();
}
