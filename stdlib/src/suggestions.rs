//! The module `_suggestions`: "did you mean" for `traceback`.

use taipan_runtime::native::{Text, closest_name};
use taipan_runtime::object::list::List;
use taipan_runtime::prelude::*;

/// The suggestions.
pub struct Suggestions;

#[native_module(name = "_suggestions")]
impl Suggestions {
    /// Returns the candidate in candidates that's closest to item
    #[function("(candidates, item, /)")]
    fn _generate_suggestions(thread: &mut Thread, candidates: Value, item: Text) -> Result<Option<String>> {
        let Some(list) = candidates.downcast::<List>() else {
            return Err(thread.type_error("candidates must be a list"));
        };
        let mut names = Vec::with_capacity(list.length);
        for candidate in list.items() {
            let Some(name) = candidate.downcast::<Str>() else {
                return Err(thread.type_error("all elements in 'candidates' must be strings"));
            };
            names.push(name.to_string_lossy());
        }
        let closest = closest_name(&item, names.iter().map(String::as_str));
        Ok(closest.map(str::to_owned))
    }
}
