//! Who lives together: the age, sex and place of each member of a household.

use model::Sex;

use crate::dice::Dice;

/// Share of births that are twins.
const TWINS: f64 = 0.016;

/// A member before names and dates are settled.
pub struct Member {
    pub sex: Sex,
    /// Age in years on the last day.
    pub age: f64,
    pub role: Role,
}

/// Place in the household.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Head,
    Partner,
    Child,
    Twin,
    Parent,
    Sharer,
}

/// Who lives together, by the age of the head.
pub fn members(dice: &mut Dice) -> Vec<Member> {
    // Heads by age band: near the age structure of North West London's registered population.
    const HEADS: [(i32, f64); 15] = [
        (18, 4.5),
        (20, 7.6),
        (25, 11.6),
        (30, 13.4),
        (35, 12.3),
        (40, 10.5),
        (45, 8.8),
        (50, 8.8),
        (55, 8.2),
        (60, 7.2),
        (65, 5.8),
        (70, 4.6),
        (75, 3.4),
        (80, 1.8),
        (85, 1.3),
    ];
    let band = dice.weighted(HEADS.iter().map(|(_, weight)| *weight)).unwrap_or(0);
    let (from, _) = HEADS.get(band).copied().unwrap_or((30, 1.0));
    let width = match from {
        18 => 2.0,
        85 => 12.0,
        _ => 5.0,
    };
    let age = f64::from(from) + dice.unit() * width;
    let sex = if dice.chance(0.5) { Sex::Female } else { Sex::Male };
    let mut members = vec![Member { sex, age, role: Role::Head }];
    // Chances of: partner; children when with a partner; children when alone; sharers; an older parent.
    let (partner, family, lone, sharers, parent) = match age {
        ..25.0 => (0.15, 0.25, 0.1, 0.35, 0.02),
        ..35.0 => (0.5, 0.5, 0.14, 0.2, 0.03),
        ..50.0 => (0.68, 0.78, 0.3, 0.06, 0.06),
        ..65.0 => (0.66, 0.45, 0.22, 0.02, 0.05),
        _ => (0.5, 0.1, 0.06, 0.0, 0.0),
    };
    if dice.chance(partner) {
        let other = if sex == Sex::Female { Sex::Male } else { Sex::Female };
        let same = dice.chance(0.03);
        let gap = if sex == Sex::Female { 2.0 } else { -2.0 } + dice.bell() * 3.5;
        let age = (age + gap).max(18.0);
        members.push(Member { sex: if same { sex } else { other }, age, role: Role::Partner });
        if !same && dice.chance(family) {
            children(dice, &mut members);
        }
    } else if dice.chance(lone) {
        children(dice, &mut members);
    } else if dice.chance(sharers) {
        for _ in 0..1 + dice.below(3) {
            let age = (age + dice.bell() * 4.0).max(18.0);
            let sex = if dice.chance(0.5) { Sex::Female } else { Sex::Male };
            members.push(Member { sex, age, role: Role::Sharer });
        }
    }
    if dice.chance(parent) {
        let sex = if dice.chance(0.65) { Sex::Female } else { Sex::Male };
        members.push(Member { sex, age: age + 25.0 + dice.unit() * 10.0, role: Role::Parent });
    }
    members
}

/// Children at home, by the mother's age (or the lone parent's).
fn children(dice: &mut Dice, members: &mut Vec<Member>) {
    let mother = members.iter().find(|m| m.sex == Sex::Female).or(members.first()).map_or(30.0, |m| m.age);
    let count = 1 + dice.weighted([0.42, 0.37, 0.15, 0.06].into_iter()).unwrap_or(0);
    let mut ages: Vec<f64> = Vec::new();
    for _ in 0..count * 3 {
        let at_birth = (30.5 + dice.bell() * 5.3).clamp(16.5, 45.0);
        let age = mother - at_birth;
        // Two children of one mother are a year or more apart, unless they are twins.
        if (0.0..25.0).contains(&age)
            && ages.iter().all(|other| (other - age).abs() > 1.0)
            && ages.len() < count
        {
            ages.push(age);
        }
    }
    for age in ages {
        if age > 18.0 && dice.chance((age - 18.0) * 0.12) {
            continue;
        }
        let sex = if dice.chance(0.512) { Sex::Male } else { Sex::Female };
        members.push(Member { sex, age, role: Role::Child });
        if dice.chance(TWINS) {
            let other = if dice.chance(0.65) { sex } else { Sex::Female };
            members.push(Member { sex: other, age, role: Role::Twin });
        }
    }
}
