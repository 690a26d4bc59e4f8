//! What is derived from the measurements: medians, the steady state, when it is reached, and break-even.

use super::measure::Subject;

/// An iteration counts as warm when it is at most this much slower than the steady state.
const WARM: f64 = 1.1;

/// Figures of one command; times in milliseconds.
#[derive(Clone, Debug, PartialEq)]
pub struct Figures {
    /// A process that does nothing.
    pub start_up: f64,
    /// A process that runs the script once (with `--call`: that calls the function until the time is up).
    pub run: f64,
    /// The first iteration.
    pub first: f64,
    /// The median of the last third of the iterations.
    pub steady: f64,
    /// Steady state by round: how far the slowest is from the fastest, as part of the median.
    pub spread: f64,
    /// Iterations before the first warm one.
    pub warm_up: usize,
    /// Time from the process's start to there.
    pub warm_up_time: f64,
    /// Median iteration times over the rounds, in order.
    pub curve: Vec<f64>,
    /// Peak memory of the process that ran the script, in MiB.
    pub peak: f64,
}

/// After how many iterations a command has caught up with the base.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum BreakEven {
    /// This many, at this time in milliseconds after the process's start.
    At(usize, f64),
    /// Not within what was measured; by the steady states it will be after about this many.
    About(usize),
    /// Its steady state isn't faster.
    Never,
}

/// The median; of nothing, not a number.
pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    match (values.len(), values.len() / 2) {
        (0, _) => f64::NAN,
        (count, middle) if count % 2 == 1 => values[middle],
        (_, middle) => (values[middle - 1] + values[middle]) / 2.0,
    }
}

impl Figures {
    /// The figures of a command that didn't fail.
    pub fn of(subject: &Subject) -> Option<Figures> {
        if subject.failure.is_some() || subject.series.is_empty() {
            return None;
        }
        let steady_by_round: Vec<f64> = subject.series.iter().map(|series| steady(series)).collect();
        let steady = median(steady_by_round.iter().copied());
        let fastest = steady_by_round.iter().copied().fold(f64::INFINITY, f64::min);
        let slowest = steady_by_round.iter().copied().fold(0.0, f64::max);
        let curve = curve(&subject.series);
        let start_up = median(subject.start_ups.iter().map(|usage| usage.wall_ms));
        let warm_up = curve.iter().position(|time| *time <= steady * WARM).unwrap_or(curve.len());
        Some(Figures {
            start_up,
            run: median(subject.runs.iter().map(|usage| usage.wall_ms)),
            first: curve[0],
            steady,
            spread: (slowest - fastest) / steady,
            warm_up,
            warm_up_time: start_up + curve[..warm_up].iter().sum::<f64>(),
            peak: median(subject.runs.iter().map(|usage| usage.peak_kib as f64 / 1024.0)),
            curve,
        })
    }

    /// When this command has done as many iterations as the base in the same time, start-up included.
    pub fn break_even(&self, base: &Figures) -> BreakEven {
        let (mut own, mut others) = (self.start_up, base.start_up);
        let measured = self.curve.len().min(base.curve.len());
        for done in 0..measured {
            own += self.curve[done];
            others += base.curve[done];
            // Ahead now, and for good.
            if own <= others && self.steady <= base.steady {
                return BreakEven::At(done + 1, own);
            }
        }
        if self.steady >= base.steady {
            return BreakEven::Never;
        }
        BreakEven::About(measured + ((own - others) / (base.steady - self.steady)).ceil() as usize)
    }
}

fn steady(series: &[(f64, f64)]) -> f64 {
    let last = (series.len() / 3).max(1);
    median(series[series.len() - last..].iter().map(|(wall, _)| *wall))
}

/// By iteration, the median of the rounds that got so far, as long as at least half of them did.
fn curve(rounds: &[Vec<(f64, f64)>]) -> Vec<f64> {
    let mut lengths: Vec<usize> = rounds.iter().map(Vec::len).collect();
    lengths.sort_unstable();
    let length = lengths[lengths.len() / 2];
    let at = |index: usize| median(rounds.iter().filter_map(|series| Some(series.get(index)?.0)));
    (0..length).map(at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(start_up: f64, curve: &[f64], steady: f64) -> Figures {
        Figures {
            start_up,
            run: 0.0,
            first: curve[0],
            steady,
            spread: 0.0,
            warm_up: 0,
            warm_up_time: 0.0,
            curve: curve.to_vec(),
            peak: 0.0,
        }
    }

    #[test]
    fn medians() {
        assert_eq!(median([3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median([4.0, 1.0, 2.0, 3.0]), 2.5);
        assert!(median([]).is_nan());
    }

    #[test]
    fn break_even_points() {
        let base = figures(10.0, &[10.0; 6], 10.0);
        let quick = figures(10.0, &[30.0, 5.0, 5.0, 5.0, 5.0, 5.0], 5.0);
        assert_eq!(quick.break_even(&base), BreakEven::At(5, 60.0));
        let late = figures(10.0, &[100.0, 5.0, 5.0, 5.0, 5.0, 5.0], 5.0);
        assert_eq!(late.break_even(&base), BreakEven::About(19));
        assert_eq!(base.break_even(&quick), BreakEven::Never);
    }

    #[test]
    fn curves_of_rounds_of_different_lengths() {
        let rounds = vec![
            vec![(4.0, 0.0), (1.0, 0.0)],
            vec![(6.0, 0.0), (2.0, 0.0)],
            vec![(5.0, 0.0), (3.0, 0.0), (1.0, 0.0)],
        ];
        assert_eq!(curve(&rounds), [5.0, 2.0]);
    }
}
