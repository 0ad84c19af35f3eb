//! Teams: who is in them, whom they look after, referring somebody.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{Days, NaiveDate};
use governance::teams;
use model::PersonId;
use policy::{Action, UserId};
use store::Page as Part;
use store::team_care::Referred;
use store::teams::{Added, TeamKind};

use super::audit::check;
use super::care::record::{number, or_now};
use super::{page_number, show};
use crate::App;
use crate::errors::Fault;
use crate::forms::Errors;
use crate::pages::team_care::{LINES, PersonTeamsPage, TeamListPage, Typed};
use crate::pages::teams::{TeamPage, TeamsPage, TypedMember, TypedTeam};
use crate::session::{Member, Posted};

/// Days of a referral or a membership unless something else is typed: half a year, a year.
const REFERRAL: Days = Days::new(182);
const MEMBERSHIP: Days = Days::new(365);

/// The people under the care of the user's teams.
pub(crate) async fn own(
    State(app): State<Arc<App>>,
    member: Member,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Response, Fault> {
    let as_at = app.data_as_at().await?;
    let page = page_number(query.get("page"));
    let (total, lines) = care::teams::own(&app.store, &member.access(), Part::number(page, LINES)).await?;
    show(&app, &member.visit, &TeamListPage { lines, total, page, as_at, names: app.names().clone() }).await
}

pub(crate) async fn of_person(
    State(app): State<Arc<App>>,
    member: Member,
    Path(person): Path<String>,
) -> Result<Response, Fault> {
    let until = (member.visit.at().date_naive() + REFERRAL).to_string();
    person_page(&app, &member, number(&person)?, Typed { until, ..Typed::default() }, Errors::default()).await
}

async fn person_page(
    app: &App,
    member: &Member,
    person: PersonId,
    typed: Typed,
    errors: Errors,
) -> Result<Response, Fault> {
    let teams = care::teams::of_person(&app.store, &member.access(), person).await;
    let teams = or_now(app, member, Action::ReferToTeam, person, "/teams", teams).await?;
    let (csrf, names) = (member.visit.csrf(), app.names().clone());
    show(app, &member.visit, &PersonTeamsPage { person, teams, typed, errors, csrf, names }).await
}

/// A referral, or the end of a team's care; both lead back to the record.
pub(crate) async fn refer_or_end(
    State(app): State<Arc<App>>,
    member: Member,
    Path(person): Path<String>,
    form: Posted,
) -> Result<Response, Fault> {
    let person = number(&person)?;
    let text = |field: &str| form.get(field).to_owned();
    let typed = Typed { team: text("team"), reason: text("reason"), until: text("until") };
    let mut errors = Errors::default();
    let done = if form.get("do") == "end" {
        end(&app, &member, person, &typed, form.get("ended"), &mut errors).await?
    } else {
        refer(&app, &member, person, &typed, &mut errors).await?
    };
    if done {
        return Ok(Redirect::to(&format!("/people/{person}")).into_response());
    }
    person_page(&app, &member, person, typed, errors).await
}

async fn refer(
    app: &App,
    member: &Member,
    person: PersonId,
    typed: &Typed,
    errors: &mut Errors,
) -> Result<bool, Fault> {
    let team: Option<i64> = typed.team.parse().ok();
    if team.is_none() {
        errors.add("team", "Choose a team");
    }
    check(errors, "reason", &typed.reason, "Enter why the team is to look after the person");
    let until = day_from(&typed.until, member.visit.at().date_naive(), "until", errors);
    let (Some(team), Some(until), true) = (team, until, errors.is_empty()) else { return Ok(false) };
    match care::teams::refer(&app.store, &member.access(), person, team, &typed.reason, until).await? {
        Referred::Done => return Ok(true),
        Referred::NoTeam => errors.add("team", "Choose a team"),
        Referred::Already => errors.add("team", "This team looks after the person already"),
    }
    Ok(false)
}

async fn end(
    app: &App,
    member: &Member,
    person: PersonId,
    typed: &Typed,
    reason: &str,
    errors: &mut Errors,
) -> Result<bool, Fault> {
    let team: i64 = typed.team.parse().map_err(|_| Fault::BadRequest)?;
    check(errors, "ended", reason, "Enter why the team's care ends");
    if !errors.is_empty() {
        return Ok(false);
    }
    // When it does not look after them any more, somebody else has ended it meanwhile.
    care::teams::end(&app.store, &member.access(), person, team, reason).await?;
    Ok(true)
}

/// A day that is not before this one.
fn day_from(text: &str, first: NaiveDate, field: &'static str, errors: &mut Errors) -> Option<NaiveDate> {
    let day = text.parse::<NaiveDate>().ok().filter(|day| *day >= first);
    if day.is_none() {
        let example = crate::words::date(first);
        errors
            .add(field, format!("Enter a day from {example} on, as year, month and day, such as 2027-03-31"));
    }
    day
}

pub(crate) async fn list(State(app): State<Arc<App>>, member: Member) -> Result<Response, Fault> {
    teams_page(&app, &member, TypedTeam::default(), Errors::default()).await
}

async fn teams_page(app: &App, member: &Member, typed: TypedTeam, errors: Errors) -> Result<Response, Fault> {
    let teams = teams::all(&app.store, &member.access()).await?;
    let may_change = app.rules().may(member.user.role, Action::ManageTeams);
    let (csrf, names) = (member.visit.csrf(), app.names().clone());
    show(app, &member.visit, &TeamsPage { teams, may_change, typed, errors, csrf, names }).await
}

pub(crate) async fn make(
    State(app): State<Arc<App>>,
    member: Member,
    form: Posted,
) -> Result<Response, Fault> {
    let text = |field: &str| form.get(field).to_owned();
    let typed = TypedTeam { name: text("name"), kind: text("kind"), organisation: text("organisation") };
    let mut errors = Errors::default();
    check(&mut errors, "name", &typed.name, "Enter what the team is called");
    let organisation = app.names().code_of(&typed.organisation);
    if organisation.is_none() {
        errors.add("organisation", "Enter the name or code of an organisation of this area");
    }
    let kind = TeamKind::from_name(&typed.kind).unwrap_or(TeamKind::Neighbourhood);
    let (Some(organisation), true) = (organisation, errors.is_empty()) else {
        return teams_page(&app, &member, typed, errors).await;
    };
    let team = teams::make(&app.store, &member.access(), &typed.name, kind, organisation).await?;
    Ok(Redirect::to(&format!("/teams/{team}")).into_response())
}

pub(crate) async fn one(
    State(app): State<Arc<App>>,
    member: Member,
    Path(team): Path<i64>,
) -> Result<Response, Fault> {
    let today = member.visit.at().date_naive();
    let (since, until) = (today.to_string(), (today + MEMBERSHIP).to_string());
    team_page(&app, &member, team, TypedMember { since, until, ..TypedMember::default() }, Errors::default())
        .await
}

async fn team_page(
    app: &App,
    member: &Member,
    team: i64,
    typed: TypedMember,
    errors: Errors,
) -> Result<Response, Fault> {
    let found = teams::one(&app.store, &member.access(), team).await?;
    let (team, members) = found.ok_or(Fault::NotFound)?;
    let page = TeamPage {
        team,
        members,
        today: member.visit.at().date_naive(),
        may_change: app.rules().may(member.user.role, Action::ManageTeams),
        typed,
        errors,
        csrf: member.visit.csrf(),
        names: app.names().clone(),
    };
    show(app, &member.visit, &page).await
}

/// Adds somebody, or takes them out; both lead back to the team.
pub(crate) async fn change(
    State(app): State<Arc<App>>,
    member: Member,
    Path(team): Path<i64>,
    form: Posted,
) -> Result<Response, Fault> {
    let text = |field: &str| form.get(field).to_owned();
    let typed = TypedMember { user: text("user"), since: text("since"), until: text("until") };
    let (access, user, mut errors) = (member.access(), UserId(typed.user.clone()), Errors::default());
    if form.get("do") == "end" {
        teams::end_member(&app.store, &access, team, &user).await?;
        return Ok(Redirect::to(&format!("/teams/{team}")).into_response());
    }
    let today = access.at.date_naive();
    let since = day_from(&typed.since, today, "since", &mut errors);
    let until = day_from(&typed.until, since.unwrap_or(today), "until", &mut errors);
    if let (Some(since), Some(until)) = (since, until) {
        match teams::add_member(&app.store, &access, team, &user, (since, until)).await? {
            Added::Done => return Ok(Redirect::to(&format!("/teams/{team}")).into_response()),
            Added::NoTeam => return Err(Fault::NotFound),
            Added::NoUser => {
                errors.add("user", "Enter the sign-in name of a care coordinator or a team member");
            }
            Added::Already => errors.add("user", "They are in the team during these days already"),
        }
    }
    team_page(&app, &member, team, typed, errors).await
}
