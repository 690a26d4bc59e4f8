//! "Did you mean": the known name closest to a misspelt one.
//!
//! The distance is Levenshtein's with costs 2 for an insertion, deletion or substitution and 1 for a change of case; at most a third of the
//! two names' characters may differ. Names longer than 40 bytes behind their common ends are not compared.

const MOVE: usize = 2;
const CASE: usize = 1;
const LONGEST: usize = 40;
/// Most candidates that are looked at.
const MOST: usize = 750;

/// The candidate closest to `name`, if one is close enough. An equal one doesn't count.
pub fn closest_name<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let candidates: Vec<&str> = candidates.into_iter().collect();
    if candidates.len() >= MOST {
        return None;
    }
    let mut best: Option<(&str, usize)> = None;
    for candidate in candidates.into_iter().filter(|candidate| *candidate != name) {
        let allowed = (name.len() + candidate.len() + 3) * MOVE / 6;
        let limit = match best {
            Some((_, 0)) => continue,
            Some((_, distance)) => allowed.min(distance - 1),
            None => allowed,
        };
        let distance = edit_distance(name.as_bytes(), candidate.as_bytes(), limit);
        if distance <= limit {
            best = Some((candidate, distance));
        }
    }
    best.map(|(candidate, _)| candidate)
}

/// The distance of two texts; something above `limit` when it exceeds that.
fn edit_distance(a: &[u8], b: &[u8], limit: usize) -> usize {
    let start = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[start..], &b[start..]);
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[..a.len() - end], &b[..b.len() - end]);
    if a.is_empty() || b.is_empty() {
        return (a.len() + b.len()) * MOVE;
    }
    if a.len() > LONGEST || b.len() > LONGEST || a.len().abs_diff(b.len()) * MOVE > limit {
        return limit + 1;
    }
    let mut row: Vec<usize> = (0..=a.len()).map(|i| i * MOVE).collect();
    for (j, &y) in b.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = (j + 1) * MOVE;
        for (i, &x) in a.iter().enumerate() {
            let substituted = diagonal + substitution(x, y);
            diagonal = row[i + 1];
            row[i + 1] = substituted.min(row[i].min(diagonal) + MOVE);
        }
        if row[1..].iter().all(|&distance| distance > limit) {
            return limit + 1;
        }
    }
    row[a.len()]
}

fn substitution(x: u8, y: u8) -> usize {
    if x == y {
        0
    } else if x.eq_ignore_ascii_case(&y) {
        CASE
    } else {
        MOVE
    }
}

#[cfg(test)]
mod tests {
    use super::closest_name;

    #[test]
    fn finds_what_cpython_finds() {
        let sort = ["key", "reverse"];
        for (name, expected) in [
            ("ke", Some("key")),
            ("key2", Some("key")),
            ("key_", Some("key")),
            ("reversed", Some("reverse")),
            ("revers", Some("reverse")),
            ("foo", None),
        ] {
            assert_eq!(closest_name(name, sort), expected, "{name}");
        }
        let close = ["a", "b", "rel_tol", "abs_tol"];
        assert_eq!(closest_name("rel_to", close), Some("rel_tol"));
        assert_eq!(closest_name("rel", close), None);
        assert_eq!(closest_name("c", close), None);
        assert_eq!(closest_name("xyzzy", ["bytes", "byteorder", "signed"]), None);
    }
}
