use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use care::CareError;
use model::Role;
use policy::Action;
use store::Page as Part;
use store::worklists::Filter;

use crate::App;
use crate::errors::Fault;
use crate::pages::home::{HomePage, Way};
use crate::session::Member;

/// What waits for this user. A person's home is their record.
pub(crate) async fn show(State(app): State<Arc<App>>, member: Member) -> Result<Response, Fault> {
    if member.user.role == Role::Person {
        return Ok(Redirect::to("/my-record").into_response());
    }
    let page = HomePage {
        greeting: format!("{}, {}", member.user.name, member.user.role.label()),
        lead: lead(member.user.role).to_owned(),
        ways: waiting(&app, &member).await?,
    };
    super::show(&app, &member.visit, &page).await
}

fn lead(role: Role) -> &'static str {
    match role {
        Role::Gp => "Begin with the people whom case finding says to look at.",
        Role::CareCoordinator => "Begin with the people on your caseload whom case finding says to look at.",
        Role::TeamMember => "Begin with the people under the care of your team.",
        Role::Commissioner => "Numbers of people and sums of money; never a person.",
        Role::GovernanceLead => "Who looked at whom, who has signed for what, and what became of every file.",
        Role::Signatory => "What your organisation has signed, and what waits for its signature.",
        Role::Person => "",
    }
}

async fn waiting(app: &App, member: &Member) -> Result<Vec<Way>, Fault> {
    let may = |action| app.rules().may(member.user.role, action);
    let mut waiting = Vec::new();
    if may(Action::ListWorklist) {
        waiting.extend(lists(app, member).await?);
    }
    if may(Action::ListCaseload) {
        let count = unless_refused(care::caseload::size(&app.store, &member.access()).await)?;
        waiting.push(Way {
            count: count.map(|people| (i64::try_from(people).unwrap_or(i64::MAX), "person", "people")),
            ..way("My caseload", "/caseload", "For whom you coordinate care.")
        });
    }
    if may(Action::ListTeam) {
        let count = unless_refused(care::teams::size(&app.store, &member.access()).await)?;
        waiting.push(Way {
            count: count.map(|people| (i64::try_from(people).unwrap_or(i64::MAX), "person", "people")),
            ..way("My team", "/team", "Who is under the care of your teams, since when and why.")
        });
    }
    waiting.extend(emergencies(app, member).await?);
    let others = [
        (Action::FindPerson, way("Find a person", "/people", "By NHS number, or by name and date of birth.")),
        (
            Action::ViewPopulation,
            way("Population groups", "/population/groups", "People, cost and activity by group."),
        ),
        (
            Action::ViewBudget,
            way("Budget against actual", "/population/budget", "The shadow budget by borough and group."),
        ),
        (
            Action::ViewIndicators,
            way(
                "Outcomes framework",
                "/population/indicators",
                "Every indicator by its domain, month by month, each borough beside the whole area.",
            ),
        ),
        (
            Action::ViewPracticeProfile,
            way(
                "Practice profiles",
                "/population/practices",
                "A practice's people and indicators as counts, beside the area and practices like it.",
            ),
        ),
        (
            Action::ViewOwnPractice,
            way(
                "My practice",
                "/population/practices",
                "Its people and indicators as counts, beside the area and practices like it.",
            ),
        ),
        (
            Action::ViewRiskModel,
            way(
                "Models of risk",
                "/population/risk-model",
                "How risks are predicted, how true they are, and for whom less.",
            ),
        ),
        (
            Action::SearchAudit,
            way(
                "Who looked at whom",
                "/audit",
                "Every look at a record, permitted or refused, with its rule.",
            ),
        ),
        (
            Action::ReviewLinks,
            way(
                "Doubtful links",
                "/linkage/review",
                "Pairs of records of which somebody must say whether they are the same person.",
            ),
        ),
        (
            Action::ViewLinkageQuality,
            way(
                "Linkage quality",
                "/linkage/quality",
                "How often records are joined, and for whom less often.",
            ),
        ),
        (
            Action::ViewRules,
            way(
                "Access rules",
                "/rules",
                "Who may do what, by which rule, and what they would say of a case.",
            ),
        ),
        (Action::ViewFeeds, way("Feeds and quality", "/feeds", "What arrived, what was refused and why.")),
        (
            Action::ViewCoverage,
            way("Agreements and coverage", "/agreements", "Who has signed for which use of data."),
        ),
        (Action::ManageTeams, way("Teams", "/teams", "Which teams there are, and who is in them.")),
        (
            Action::ViewObjections,
            way("Objections", "/objections", "What people have asked for: opt-outs, objections, proxies."),
        ),
    ];
    waiting.extend(others.into_iter().filter(|(action, _)| may(*action)).map(|(_, way)| way));
    Ok(waiting)
}

/// Records opened in an emergency, which somebody must know of: those who care for the person, and the governance lead.
async fn emergencies(app: &App, member: &Member) -> Result<Option<Way>, Fault> {
    let (role, access) = (member.user.role, member.access());
    let (n, title, href, words) = if app.rules().may(role, Action::ListBrokenGlass) {
        let n = unless_refused(care::emergency::told_of(&app.store, &access).await)?.unwrap_or(0);
        (n, "Opened in an emergency", "/emergency/told", "Others opened records of people you look after.")
    } else if role == Role::GovernanceLead {
        let waiting = governance::broken_glass::waiting(&app.store, &access).await?;
        (waiting, "Opened in an emergency", "/audit/emergencies", "Waits to be looked into.")
    } else {
        return Ok(None);
    };
    let count = Some((i64::try_from(n).unwrap_or(i64::MAX), "record", "records"));
    Ok((n > 0).then(|| Way { count, ..way(title, href, words) }))
}

/// Each list that has anybody, as the first things to do.
async fn lists(app: &App, member: &Member) -> Result<Vec<Way>, Fault> {
    let found =
        care::worklist::list(&app.store, &member.access(), &Filter::default(), Part::number(1, 1)).await;
    Ok(unless_refused(found)?
        .iter()
        .flat_map(|found| &found.lists)
        .map(|(name, people)| {
            let list = app.catalogue().list(name);
            Way {
                title: list.title,
                href: format!("/worklist?list={name}"),
                count: Some((i64::try_from(*people).unwrap_or(i64::MAX), "person", "people")),
                words: if list.purpose.is_empty() { String::new() } else { format!("{}.", list.purpose) },
            }
        })
        .collect())
}

/// Without an agreement there are no lists; the home page is there all the same, and says why.
fn unless_refused<T>(found: Result<T, CareError>) -> Result<Option<T>, Fault> {
    match found {
        Err(CareError::Refused(_)) => Ok(None),
        other => Ok(Some(other?)),
    }
}

fn way(title: &str, href: &str, words: &str) -> Way {
    Way { title: title.to_owned(), href: href.to_owned(), count: None, words: words.to_owned() }
}
