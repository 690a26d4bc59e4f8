//! Is the program in a steady state? Exits and compilations in the last third of the run, against the iterations of machine code there.

use super::model::Profile;
use taipan_jit::engine::report::Site;

/// Exits among so many iterations are too many.
const EXITS_PER_ITERATION: f64 = 1.0 / 1000.0;
/// As many exits as guards' learning takes are no sign of anything.
const FEW: u64 = 100;

/// An exit's site, summed up over units.
pub struct ExitSite {
    pub site: Site,
    pub reason: &'static str,
    pub times: u64,
    /// Of them in the last third of the run.
    pub late: u64,
}

/// What the last third of the run was like.
pub struct Steady {
    /// When it begins, in nanoseconds since the start.
    pub from: u64,
    pub iterations: u64,
    pub exits: u64,
    pub compilations: usize,
    /// The most versions of one function or loop.
    pub versions: usize,
}

impl Steady {
    /// Exits an iteration.
    pub fn rate(&self) -> f64 {
        self.exits as f64 / self.iterations.max(1) as f64
    }

    /// Whether exits are rare enough.
    pub fn is_steady(&self) -> bool {
        self.exits <= FEW || self.rate() < EXITS_PER_ITERATION
    }
}

/// Times at which exits of a slice may have been taken, in nanoseconds since the profile's start.
fn is_late(profile: &Profile, slice: u32, from: u64) -> bool {
    let Some(totals) = &profile.totals else { return false };
    u64::from(slice) * totals.slice.as_nanos() as u64 >= from
}

/// All exits' sites, those taken most often first.
pub fn exit_sites(profile: &Profile, from: u64) -> Vec<ExitSite> {
    let mut sites: Vec<ExitSite> = Vec::new();
    for exit in profile.units.iter().flat_map(|unit| &unit.exits) {
        let late = exit.slices.iter().filter(|(slice, _)| is_late(profile, *slice, from));
        let late: u64 = late.map(|(_, times)| u64::from(*times)).sum();
        let times = u64::from(exit.times);
        match sites.iter_mut().find(|known| known.site == exit.site && known.reason == exit.reason) {
            Some(known) => {
                known.times += times;
                known.late += late;
            }
            None => sites.push(ExitSite { site: exit.site.clone(), reason: exit.reason, times, late }),
        }
    }
    sites.sort_by_key(|site| std::cmp::Reverse((site.late, site.times)));
    sites
}

/// Looks at the last third of the run.
pub fn steady(profile: &Profile) -> Steady {
    let from = profile.elapsed / 3 * 2;
    let exits = exit_sites(profile, from).iter().map(|site| site.late).sum();
    let late = |unit: &&taipan_jit::engine::report::UnitReport| unit.requested.as_nanos() as u64 >= from;
    let mut versions = std::collections::HashMap::new();
    for unit in &profile.units {
        *versions.entry((unit.code.version, unit.start)).or_insert(0) += 1;
    }
    Steady {
        from,
        iterations: profile.all_iterations().saturating_sub(profile.iterations_at(from)),
        exits,
        compilations: profile.units.iter().filter(late).count(),
        versions: versions.into_values().max().unwrap_or(0),
    }
}
