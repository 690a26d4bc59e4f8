//! Takes the commands in turns, round by round, so that a change of the machine's speed meets all of them.

use super::child::{self, Usage};
use super::options::Options;
use crate::progress::Progress;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// How often a round starts each command with nothing to do.
const START_UPS: usize = 3;
/// What an other Python runs the script with.
const HARNESS: &str = include_str!("harness.py");

/// A command and what was measured of it.
pub struct Subject {
    /// Its name in the table.
    pub label: String,
    /// The words that start it.
    pub words: Vec<OsString>,
    /// What `--version` says.
    pub version: String,
    /// Processes that do nothing.
    pub start_ups: Vec<Usage>,
    /// Processes that run the script once.
    pub runs: Vec<Usage>,
    /// By round, the iterations' wall and CPU time in milliseconds.
    pub series: Vec<Vec<(f64, f64)>>,
    /// Why it has no figures.
    pub failure: Option<String>,
}

/// The commands that the options name, each of which is there.
pub fn subjects(options: &Options) -> Result<Vec<Subject>, String> {
    let own = std::env::current_exe().map_err(|error| format!("can't find this command: {error}"))?;
    let mut subjects = Vec::new();
    for mode in &options.modes {
        let words = vec![own.clone().into(), "-X".into(), format!("jit={mode}").into()];
        subjects.push(subject(format!("jit={mode}"), words)?);
    }
    for name in &options.against {
        let mut words: Vec<OsString> = name.split_whitespace().map(OsString::from).collect();
        let program = words.first().and_then(|program| find(Path::new(program)));
        words[0] = program.ok_or_else(|| format!("{name}: command not found"))?.into();
        subjects.push(subject(label(name, &subjects), words)?);
    }
    Ok(subjects)
}

fn subject(label: String, words: Vec<OsString>) -> Result<Subject, String> {
    let output = std::process::Command::new(&words[0])
        .args(&words[1..])
        .arg("--version")
        .output()
        .map_err(|error| format!("{label} can't be started: {}", crate::atomic_file::describe(&error)))?;
    let version = String::from_utf8_lossy(&output.stdout).trim().replace('\n', ", ");
    let (start_ups, runs, series) = Default::default();
    Ok(Subject { label, words, version, start_ups, runs, series, failure: None })
}

/// A command's name without its folder, unless another command has that.
fn label(command: &str, others: &[Subject]) -> String {
    let (program, options) = command.split_once(' ').map_or((command, ""), |(program, rest)| (program, rest));
    let name = program.rsplit('/').next().unwrap_or(program);
    let short = format!("{name} {options}").trim_end().to_string();
    if others.iter().any(|other| other.label == short) { command.to_string() } else { short }
}

/// Looks a program up as a shell does.
fn find(program: &Path) -> Option<PathBuf> {
    use std::os::unix::fs::PermissionsExt;
    let is_program = |path: &PathBuf| {
        path.metadata().is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
    };
    if program.components().count() > 1 {
        return std::path::absolute(program).ok().filter(is_program);
    }
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders).map(|folder| folder.join(program)).find(is_program)
}

/// Measures everything. A command that fails once isn't run again.
pub fn measure(options: &Options, subjects: &mut [Subject]) {
    let mut progress = Progress::new(options.rounds * subjects.len());
    for round in 1..=options.rounds {
        for subject in subjects.iter_mut() {
            let step = format!("round {round} of {}: {}", options.rounds, subject.label);
            progress.step(&step);
            if subject.failure.is_none()
                && let Err(failure) =
                    one_turn(options, subject, |what| progress.detail(&format!("{step}: {what}")))
            {
                progress.finish();
                eprintln!("taipan bench: {} failed: {failure}", subject.label);
                subject.failure = Some(failure);
            }
        }
    }
}

fn one_turn(options: &Options, subject: &mut Subject, mut tell: impl FnMut(&str)) -> Result<(), String> {
    let words =
        |extra: &[OsString]| -> Vec<OsString> { subject.words.iter().chain(extra).cloned().collect() };
    tell("starting");
    for _ in 0..START_UPS {
        subject.start_ups.push(child::run(&words(&["-c".into(), "pass".into()]))?);
    }
    tell("running the script once");
    let script: Vec<OsString> =
        [options.script.clone().into()].into_iter().chain(options.arguments.iter().cloned()).collect();
    if options.call.is_none() {
        subject.runs.push(child::run(&words(&script))?);
    }
    let mut harness: Vec<OsString> = vec!["-c".into(), HARNESS.into(), child::TOLD.to_string().into()];
    harness.extend([options.seconds.to_string().into(), options.iterations.to_string().into()]);
    harness.push(options.call.clone().unwrap_or_default().into());
    harness.extend(script);
    let mut series = Vec::new();
    let usage = child::run_and_listen(&words(&harness), |line| {
        let mut times = line.split(' ').filter_map(|number| number.parse::<f64>().ok());
        if let (Some(wall), Some(cpu)) = (times.next(), times.next()) {
            series.push((wall / 1e6, cpu / 1e6));
            tell(&format!("iteration {}", series.len()));
        }
    })?;
    if series.is_empty() {
        return Err("the script ended the process before its first iteration was over".to_string());
    }
    if options.call.is_some() {
        subject.runs.push(usage);
    }
    subject.series.push(series);
    Ok(())
}
