//! Adult social care: long-term support, and the way into it by request, assessment, short-term support and review.
//! Words are those of client-level data.

use crate::calendar::Day;
use crate::dice::{Dice, Stream};
use crate::life::Life;
use crate::long_term_support::{
    COMMISSIONED, COMMUNITY, DIRECT, NURSING, RESIDENTIAL, Settled, Support, delivery, enter_care_home,
};
use crate::world::World;

/// A kind of event of client-level data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CareKind {
    Request,
    Assessment,
    Service,
    Review,
}

/// An event of client-level data.
#[derive(Clone, Debug)]
pub struct CareEvent {
    pub kind: CareKind,
    pub start: Day,
    /// `None` for a service that still runs on the last day.
    pub end: Option<Day>,
    pub carer: bool,
    pub outcome: &'static str,
    pub service: &'static str,
    pub component: &'static str,
    pub delivery: &'static str,
    pub support_reason: &'static str,
    pub route: &'static str,
    /// Borough of the council, fixed when the event begins.
    pub borough: usize,
}

const SHORT_TERM: Support = ("Short Term Support: ST-Max", "Reablement");
const FROM_HOSPITAL: &str = "Discharge from Hospital";
const FROM_COMMUNITY: &str = "Community / Other Route";

/// Everything that adult social care does for a person in the period.
pub fn follow<'w>(world: &'w World, life: &mut Life<'w>, settled: Option<Settled>) {
    let dice = Dice::new(world.seed, Stream::SocialCare, u64::from(life.person.index) | 1 << 40);
    let (from, to) = life.person.active();
    if from > to || life.person.age_on(to) < 18.0 {
        return;
    }
    let mut council = Council { world, life, dice, found: Vec::new(), running: None, placed: false };
    council.settled(settled);
    council.after_discharges();
    council.by_own_request();
    council.carer();
    council.finish();
    let mut found = council.found;
    found.sort_by_key(|event| event.start);
    life.care = found;
}

struct Council<'l, 'w> {
    world: &'w World,
    life: &'l mut Life<'w>,
    dice: Dice,
    found: Vec<CareEvent>,
    /// Position of the long-term service that runs.
    running: Option<usize>,
    /// In a care home.
    placed: bool,
}

impl Council<'_, '_> {
    fn event(&self, kind: CareKind, start: Day) -> CareEvent {
        let borough = self.life.person.home_on(start).map_or(0, |home| home.borough);
        CareEvent {
            kind,
            start,
            end: Some(start),
            carer: false,
            outcome: "",
            service: "",
            component: "",
            delivery: "",
            support_reason: self.support_reason(),
            route: "",
            borough,
        }
    }

    fn support_reason(&self) -> &'static str {
        let (health, known) = (&self.life.health, &self.world.known);
        match () {
            () if health.ever(known.learning_disability) => "Learning Disability Support",
            () if known.dementias.iter().any(|c| health.ever(*c)) => "Support with Memory and Cognition",
            () if known.psychoses.iter().any(|c| health.ever(*c)) => "Mental Health Support",
            () if health.frailty == 1 => "Physical Support: Access and Mobility Only",
            () => "Physical Support: Personal Care Support",
        }
    }

    fn settled(&mut self, settled: Option<Settled>) {
        let Some(settled) = settled else { return };
        self.placed = settled.support == NURSING || settled.support == RESIDENTIAL;
        if !settled.council {
            return;
        }
        self.start_service(settled.since, settled.support, settled.delivery);
        let (from, to) = self.life.person.active();
        let mut review = from + self.dice.between(5, 360);
        while review <= to {
            let outcome = if self.dice.chance(0.85) {
                "No change in package"
            } else {
                "Progress to Support Planning / Services"
            };
            let mut event = self.event(CareKind::Review, review);
            event.outcome = outcome;
            self.found.push(event);
            review += self.dice.between(330, 420);
        }
        let demented = self.life.health.has_any(&self.world.known.dementias, to);
        let worse = if demented { 0.3 } else { 0.06 * f64::from(self.life.health.frailty) };
        if !self.placed && self.dice.chance(worse) {
            let day = self.dice.between(from + 10, to.max(from + 10));
            self.place(day);
        }
    }

    fn start_service(&mut self, day: Day, support: Support, delivery: &'static str) {
        let mut event = self.event(CareKind::Service, day);
        (event.service, event.component) = support;
        event.delivery = delivery;
        event.end = None;
        self.running = Some(self.found.len());
        self.found.push(event);
    }

    fn stop_service(&mut self, day: Day, outcome: &'static str) {
        if let Some(event) = self.running.take().and_then(|at| self.found.get_mut(at)) {
            event.end = Some(day.max(event.start));
            event.outcome = outcome;
        }
    }

    /// Moves into a care home for good.
    fn place(&mut self, day: Day) {
        let (_, to) = self.life.person.active();
        if day >= to || self.placed || self.life.in_bed(day) {
            return;
        }
        self.stop_service(day, "Progress to Support Planning / Services");
        let support = if self.dice.chance(0.45) { NURSING } else { RESIDENTIAL };
        let (person, health) = (&mut self.life.person, &mut self.life.health);
        enter_care_home(self.world, &mut self.dice, person, health, day, support);
        self.placed = true;
        self.start_service(day, support, COMMISSIONED);
    }

    /// After an emergency stay: a request, an assessment, six weeks of reablement, then a package for some, and its review.
    fn after_discharges(&mut self) {
        let known = &self.world.known;
        let hip = known.hip_fracture;
        let mut starts = Vec::new();
        for spell in self.life.spells.iter().filter(|spell| spell.emergency && !spell.died()) {
            let Some(discharged) = spell.discharged else { continue };
            let stay = self.life.community_stays.iter().find(|stay| stay.start == discharged);
            let Some(home) = stay.map_or(Some(discharged), |stay| stay.end) else { continue };
            let age = self.life.person.age_on(home);
            let fall = spell.reason.is_some_and(|reason| known.falls.contains(&reason));
            let base = match self.life.health.frailty {
                3 => 0.5,
                2 => 0.32,
                1 => 0.16,
                _ => 0.05,
            };
            let long = if discharged - spell.admitted >= 7 { 1.5 } else { 0.8 };
            let broken = spell.reason == Some(hip);
            let chance = if broken { 0.8 } else { base * long * if fall { 1.3 } else { 1.0 } };
            if age >= 65.0 {
                starts.push((home, chance, spell.destination == "85"));
            }
        }
        for (day, chance, to_care_home) in starts {
            if to_care_home && self.dice.chance(0.6) {
                self.request(day - 2, FROM_HOSPITAL, "Progress to Support Planning / Services");
                self.assessment(day - 1);
                self.place(day);
            } else if self.dice.chance(chance) {
                self.pathway(day, FROM_HOSPITAL);
            }
        }
    }

    /// Requests that people and families make, or that GPs pass on.
    fn by_own_request(&mut self) {
        let (from, to) = self.life.person.active();
        let years = f64::from(to - from) / 365.25;
        let health = &self.life.health;
        let known = &self.world.known;
        let rate = match health.frailty {
            3 => 0.35,
            2 => 0.18,
            1 => 0.09,
            _ if health.has_any(&known.physical, to) || health.ever(known.learning_disability) => 0.06,
            _ if self.life.person.age_on(to) >= 65.0 => 0.035,
            _ => 0.009,
        };
        for _ in 0..self.dice.poisson(rate * years) {
            let day = self.dice.between(from, to);
            if !self.life.in_bed(day) {
                self.pathway(day, FROM_COMMUNITY);
            }
        }
    }

    /// The way in from a request on a day, as far as it leads.
    fn pathway(&mut self, day: Day, route: &'static str) {
        if !self.life.person.is_active(day) || self.placed {
            return;
        }
        let older = self.life.person.age_on(day) >= 65.0;
        let reable = older && self.dice.chance(if route == FROM_HOSPITAL { 0.75 } else { 0.3 });
        if !reable && self.dice.chance(0.55) {
            let outcome = if self.dice.chance(0.8) {
                "NFA - Information & Advice / Signposting only"
            } else {
                "NFA - Support declined"
            };
            self.request(day, route, outcome);
            return;
        }
        let mut next = day;
        if reable {
            self.request(day, route, "Progress to Reablement/ST-Max");
            next = self.reablement(day + 1);
        } else {
            self.request(day, route, "Progress to Assessment");
        }
        let (_, to) = self.life.person.active();
        let assessed = next + self.dice.between(1, 24);
        let package = if reable { 0.36 } else { 0.55 };
        if assessed > to || self.running.is_some() || !self.dice.chance(package) {
            return;
        }
        self.assessment(assessed);
        let begins = assessed + self.dice.between(1, 14);
        if begins > to {
            return;
        }
        let direct = self.dice.chance(if older { 0.2 } else { 0.5 });
        let support = (COMMUNITY, if direct { "Direct Payment" } else { "Home Support" });
        let delivery = delivery(&mut self.dice, support);
        self.start_service(begins, support, delivery);
        let review = begins + self.dice.between(42, 70);
        if review <= to {
            let mut event = self.event(CareKind::Review, review);
            event.outcome = if self.dice.chance(0.7) {
                "No change in package"
            } else {
                "Progress to Support Planning / Services"
            };
            self.found.push(event);
        }
        if older && self.dice.chance(0.07) {
            let day = begins + self.dice.between(60, 400);
            self.place(day);
        }
    }

    fn request(&mut self, day: Day, route: &'static str, outcome: &'static str) {
        if self.life.person.is_active(day) {
            let mut event = self.event(CareKind::Request, day);
            (event.route, event.outcome) = (route, outcome);
            self.found.push(event);
        }
    }

    fn assessment(&mut self, day: Day) {
        if self.life.person.is_active(day) {
            let mut event = self.event(CareKind::Assessment, day);
            event.outcome = "Progress to Support Planning / Services";
            self.found.push(event);
        }
    }

    /// Up to six weeks of help to get back on one's feet; the day after it.
    fn reablement(&mut self, day: Day) -> Day {
        let (_, to) = self.life.person.active();
        let planned = day + self.dice.between(14, 42);
        if day > to {
            return planned;
        }
        let mut event = self.event(CareKind::Service, day);
        (event.service, event.component) = SHORT_TERM;
        event.delivery = COMMISSIONED;
        let over = planned <= to;
        event.end = (over || self.life.person.death.is_some()).then_some(planned.min(to));
        event.outcome = match (over, event.end) {
            (true, _) => "Service ended as planned",
            (false, Some(_)) => "NFA - Deceased",
            _ => "",
        };
        self.found.push(event);
        planned
    }

    /// People who care for somebody: an assessment, and for some a payment.
    fn carer(&mut self) {
        let (from, to) = self.life.person.active();
        let since = self.life.health.since(self.world.known.carer);
        if since.is_none() || !self.dice.chance(0.2) {
            return;
        }
        let day = self.dice.between(from, to);
        let mut event = self.event(CareKind::Assessment, day);
        event.carer = true;
        event.outcome = "NFA - Information & Advice / Signposting only";
        event.support_reason = "Social Support: Support to Carer";
        if self.dice.chance(0.4) {
            event.outcome = "Progress to Support Planning / Services";
            let mut service = self.event(CareKind::Service, day);
            service.carer = true;
            service.service = "Carer Support: Direct to Carer";
            service.component = "Carer Support";
            service.delivery = DIRECT;
            service.support_reason = "Social Support: Support to Carer";
            service.end = Some((day + 14).min(to));
            service.outcome = "Provision of service";
            self.found.push(service);
        }
        self.found.push(event);
    }

    /// A death or a departure ends what runs.
    fn finish(&mut self) {
        let (_, to) = self.life.person.active();
        let dead = self.life.person.death.is_some();
        let gone = to < self.world.calendar.end;
        if dead || gone {
            self.stop_service(to, if dead { "NFA - Deceased" } else { "NFA - Moved to another LA" });
            for event in self.found.iter_mut().filter(|event| event.end.is_none()) {
                event.end = Some(to.max(event.start));
            }
        }
    }
}
