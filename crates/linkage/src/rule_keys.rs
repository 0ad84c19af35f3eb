//! By which keys the rules find people, for whoever keeps them beyond a run.

use model::Demographics;

use crate::index::{Traits, day_number, family_birth_hash, given_postcode_hash};
use crate::intern::mix;
use crate::linker::organisation_key;

/// The keys of what a source says of somebody: their NHS number, their family name and date of birth, their given name and
/// postcode, and their number at the organisation. [`crate::Linker`] takes a new record for nobody but a person of whom
/// something was said that shares a key with it, so that a linker loaded with all that is said of those people decides
/// as one loaded with everybody.
pub fn rule_keys(who: &Demographics) -> impl Iterator<Item = u64> {
    let traits = Traits::of(who);
    let birth = traits.birth.and_then(day_number).unwrap_or(0);
    [
        traits.number.map(|number| mix(number.as_u64())),
        family_birth_hash(&traits.family, birth),
        given_postcode_hash(&traits.given, &traits.postcode),
        organisation_key(&who.source, &who.source_person),
    ]
    .into_iter()
    .flatten()
}
