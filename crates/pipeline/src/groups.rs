//! A person's population groups, as their record shows them.

use model::record::{EarlierGroup, GroupEntry, PackEntry};
use warehouse::derived::PersonResults;
use warehouse::packs::Pack;

/// The person's group in the main pack, what it was before, and the groups of the other packs.
pub(crate) fn of_person(results: &PersonResults, packs: &[Pack]) -> Option<GroupEntry> {
    let main = packs.iter().find(|pack| pack.main)?;
    let (number, name, reason) = named(results, main)?;
    let earlier = results.earlier.iter().filter(|(pack, ..)| *pack == main.name);
    let mut earlier: Vec<EarlierGroup> = earlier
        .map(|(_, as_at, number)| {
            let number = u8::try_from(*number).unwrap_or(0);
            EarlierGroup { as_at: *as_at, number, name: main.group_name(number).to_owned() }
        })
        .collect();
    earlier.sort_by_key(|entry| entry.as_at);
    let others = packs.iter().filter(|pack| !pack.main).filter_map(|pack| {
        let (number, name, reason) = named(results, pack)?;
        Some(PackEntry { pack: pack.title.clone(), number, name, reason })
    });
    Some(GroupEntry { number, name, reason, earlier, others: others.collect() })
}

/// Number, name and reason of the person's group in a pack.
fn named(results: &PersonResults, pack: &Pack) -> Option<(u8, String, String)> {
    let (number, reason) = results.group(&pack.name)?;
    let number = u8::try_from(number).unwrap_or(0);
    Some((number, pack.group_name(number).to_owned(), reason.to_owned()))
}
