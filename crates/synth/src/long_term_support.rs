//! Long-term support that runs when the period begins, and moves into care homes. Words are those of client-level data.

use std::rc::Rc;

use crate::calendar::Day;
use crate::dice::{Dice, Stream};
use crate::health::Health;
use crate::person::Person;
use crate::world::World;

/// A kind of long-term support: service type and component.
pub type Support = (&'static str, &'static str);
pub const NURSING: Support = ("Long Term Support: Nursing Care", "Long Term Nursing Care");
pub const RESIDENTIAL: Support = ("Long Term Support: Residential Care", "Long Term Residential Care");
pub const COMMUNITY: &str = "Long Term Support: Community";
pub const COMMISSIONED: &str = "CASSR Commissioned support";
const MANAGED: &str = "CASSR Managed Personal Budget";
pub const DIRECT: &str = "Direct Payment only";

/// Long-term support that ran when the period began.
#[derive(Clone, Copy, Debug)]
pub struct Settled {
    pub since: Day,
    pub support: Support,
    pub delivery: &'static str,
    /// The council pays; otherwise the person does and the council does not know them.
    pub council: bool,
}

/// Who has long-term support at the start. Those in a care home live there from then on.
pub fn settle(world: &World, person: &mut Person, health: &mut Health) -> Option<Settled> {
    let mut dice = Dice::new(world.seed, Stream::SocialCare, u64::from(person.index));
    let (from, to) = person.active();
    let known = &world.known;
    let age = person.age_on(from);
    if age < 18.0 || from > world.calendar.start || from > to {
        return None;
    }
    let demented = health.has_any(&known.dementias, from);
    let support = if health.has(known.learning_disability, from) {
        lifelong(&mut dice, 0.42)
    } else if health.has_any(&known.physical, from) {
        lifelong(&mut dice, 0.3)
    } else if health.has_any(&known.psychoses, from) {
        lifelong(&mut dice, 0.05)
    } else {
        older(&mut dice, age, health.frailty, demented)
    }?;
    let since = from - dice.between(30, if age >= 65.0 { 900 } else { 3_000 });
    let care_home = support == NURSING || support == RESIDENTIAL;
    let council = !care_home || dice.chance(0.55);
    if care_home {
        enter_care_home(world, &mut dice, person, health, since, support);
    }
    let delivery = delivery(&mut dice, support);
    Some(Settled { since, support, delivery, council })
}

fn lifelong(dice: &mut Dice, share: f64) -> Option<Support> {
    if !dice.chance(share) {
        return None;
    }
    let at = dice.weighted([0.32, 0.25, 0.2, 0.1, 0.13].into_iter());
    Some(match at {
        Some(0) => (COMMUNITY, "Supported Living"),
        Some(1) => (COMMUNITY, "Direct Payment"),
        Some(2) => (COMMUNITY, "Home Support"),
        Some(3) => (COMMUNITY, "Day Support"),
        _ => RESIDENTIAL,
    })
}

fn older(dice: &mut Dice, age: f64, frailty: u8, demented: bool) -> Option<Support> {
    let home = match frailty {
        3 => 0.3,
        2 => 0.11,
        1 => 0.03,
        _ => 0.004,
    };
    let care_home = match (frailty, demented) {
        (3, true) => 0.34,
        (3, false) => 0.1,
        (2, true) => 0.18,
        (2, false) => 0.025,
        (_, true) => 0.08,
        _ => 0.001,
    };
    let care_home = if age >= 75.0 { care_home } else { care_home * 0.5 };
    match dice.unit() {
        draw if draw < care_home * 0.45 => Some(NURSING),
        draw if draw < care_home => Some(RESIDENTIAL),
        draw if draw < care_home + home => {
            Some((COMMUNITY, if dice.chance(0.72) { "Home Support" } else { "Direct Payment" }))
        }
        _ => None,
    }
}

/// How support of this kind is paid for and arranged.
pub fn delivery(dice: &mut Dice, support: Support) -> &'static str {
    match support {
        (COMMUNITY, "Direct Payment") => DIRECT,
        (COMMUNITY, _) if dice.chance(0.6) => MANAGED,
        (COMMUNITY, _) => "Part Direct Payment",
        _ => COMMISSIONED,
    }
}

/// From this day the person lives in one of the borough's care homes.
pub fn enter_care_home(
    world: &World,
    dice: &mut Dice,
    person: &mut Person,
    health: &mut Health,
    day: Day,
    support: Support,
) {
    let Some(borough) = person.home_on(day).map(|home| home.borough) else { return };
    let home = Rc::new(world.places.care_home(borough, dice.below(world.places.care_homes(borough))));
    person.homes.retain(|(since, _)| *since < day);
    if day < person.here.0 {
        person.homes.clear();
    }
    person.homes.push((day, home));
    let code = if support == NURSING { world.known.nursing_home } else { world.known.residential_home };
    health.add(code, day);
}
