//! Agreements: the list, one of them, writing and signing; who has signed for what.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use chrono_tz::Europe::London;
use governance::{GovernanceError, agreements, coverage as covered};
use model::agreement::{Change, ChangeError, Party, Terms, TermsError};
use model::{OrganisationKind, Purpose, activities};
use policy::Action;
use store::Page as Part;

use super::linkage::check;
use super::show;
use crate::App;
use crate::errors::Fault;
use crate::forms::Errors;
use crate::pages::agreement::AgreementPage;
use crate::pages::agreement_form::{AgreementFormPage, Draft};
use crate::pages::agreements::{AgreementsPage, RemovedPage};
use crate::pages::coverage::{CoveragePage, OrganisationCoveragePage};
use crate::session::{Member, Posted};

type Asked = Query<BTreeMap<String, String>>;

fn today(member: &Member) -> NaiveDate {
    member.visit.at().with_timezone(&London).date_naive()
}

fn may(app: &App, member: &Member, action: Action) -> bool {
    app.rules().may(member.user.role, action)
}

fn signs_for(app: &App, member: &Member) -> Option<String> {
    may(app, member, Action::SignAgreement).then(|| member.user.organisation.clone())
}

pub(crate) async fn list(State(app): State<Arc<App>>, member: Member) -> Result<Response, Fault> {
    let (access, on) = (member.access(), today(&member));
    let page = AgreementsPage {
        coverage: covered::matrix(&app.store, &access, &app.area, on).await?,
        agreements: if may(&app, &member, Action::ViewAgreements) {
            Some(agreements::all(&app.store, &access).await?)
        } else {
            None
        },
        signs_for: signs_for(&app, &member),
        may_write: may(&app, &member, Action::ManageAgreements),
        on,
    };
    show(&app, &member.visit, &page).await
}

pub(crate) async fn removed(State(app): State<Arc<App>>, member: Member) -> Result<Response, Fault> {
    let removed = agreements::removed(&app.store, &member.access(), Part::number(1, 500)).await?;
    show(&app, &member.visit, &RemovedPage { removed, names: app.names().clone() }).await
}

pub(crate) async fn coverage(
    State(app): State<Arc<App>>,
    member: Member,
    Query(query): Asked,
) -> Result<Response, Fault> {
    let mut matrix = covered::matrix(&app.store, &member.access(), &app.area, today(&member)).await?;
    let known = |code: &&String| app.area.boroughs.iter().any(|borough| borough.code == **code);
    let borough = query.get("borough").filter(known).cloned().unwrap_or_default();
    if !borough.is_empty() {
        matrix = matrix.of_borough(&borough);
    }
    let page = CoveragePage {
        matrix,
        borough,
        missing: query.get("missing").is_some_and(|missing| missing == "yes"),
        boroughs: app.area.boroughs.iter().map(|b| (b.code.clone(), b.name.clone())).collect(),
        names: app.names().clone(),
    };
    show(&app, &member.visit, &page).await
}

pub(crate) async fn organisation(
    State(app): State<Arc<App>>,
    member: Member,
    Path(code): Path<String>,
) -> Result<Response, Fault> {
    let found = covered::one(&app.store, &member.access(), &app.area, &code, today(&member)).await?;
    let (matrix, line, held) = found.ok_or(Fault::NotFound)?;
    let practices = &app.area.practices;
    let own = practices.iter().find(|practice| practice.code == code).map(|practice| practice.registered);
    let page = OrganisationCoveragePage {
        covered: matrix.covered(),
        registered: own.map(|own| (own, practices.iter().map(|practice| practice.registered).sum())),
        line,
        held,
        names: app.names().clone(),
    };
    show(&app, &member.visit, &page).await
}

pub(crate) async fn one(
    State(app): State<Arc<App>>,
    member: Member,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    shown(&app, &member, &id, Errors::default()).await
}

async fn shown(app: &App, member: &Member, id: &str, errors: Errors) -> Result<Response, Fault> {
    let found = agreements::one(&app.store, &member.access(), id).await?;
    let (agreement, versions) = found.ok_or(Fault::NotFound)?;
    let page = AgreementPage {
        signs_for: signs_for(app, member).filter(|own| agreement.terms.names(own)),
        may_write: may(app, member, Action::ManageAgreements),
        on: today(member),
        agreement,
        versions,
        errors,
        csrf: member.visit.csrf(),
        names: app.names().clone(),
    };
    show(app, &member.visit, &page).await
}

/// Signing, withdrawing, suspending, resuming, ending: each leads back to the agreement.
pub(crate) async fn act(
    State(app): State<Arc<App>>,
    member: Member,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Response, Fault> {
    let (store, access) = (&app.store, member.access());
    let mut errors = Errors::default();
    let field = match form.get("do") {
        "withdraw" => Some("withdraw_reason"),
        "suspend" => Some("suspend_reason"),
        "end" => Some("end_reason"),
        _ => None,
    };
    let reason = field.map_or("", |field| form.get(field)).to_owned();
    if let Some(field) = field {
        check(&mut errors, field, &reason, true);
    }
    if !errors.is_empty() {
        return shown(&app, &member, &id, errors).await;
    }
    let done = match form.get("do") {
        "sign" => agreements::sign(store, &access, &id).await,
        "withdraw" => agreements::withdraw(store, &access, &id, &reason).await,
        "suspend" => agreements::manage(store, &access, &id, Change::Suspended { reason }).await,
        "resume" => agreements::manage(store, &access, &id, Change::Resumed).await,
        "end" => agreements::manage(store, &access, &id, Change::Ended { reason }).await,
        _ => return Err(Fault::BadRequest),
    };
    match done {
        Ok(None) | Err(GovernanceError::Agreement(ChangeError::NotAParty)) => Err(Fault::NotFound),
        // What was asked for is so already: the page shows it.
        Ok(Some(_)) | Err(GovernanceError::Agreement(_)) => {
            Ok(Redirect::to(&format!("/agreements/{id}")).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

pub(crate) async fn blank(State(app): State<Arc<App>>, member: Member) -> Result<Response, Fault> {
    agreements::may_write(&app.store, &member.access()).await?;
    form(&app, &member, None, Draft::default(), Errors::default()).await
}

async fn form(
    app: &App,
    member: &Member,
    id: Option<String>,
    draft: Draft,
    errors: Errors,
) -> Result<Response, Fault> {
    let parties = parties(app).into_iter().map(|(key, party)| (key, party.name)).collect();
    let page = AgreementFormPage { id, draft, parties, errors, csrf: member.visit.csrf() };
    show(app, &member.visit, &page).await
}

pub(crate) async fn draft(
    State(app): State<Arc<App>>,
    member: Member,
    posted: Posted,
) -> Result<Response, Fault> {
    let typed = typed(&posted);
    let access = member.access();
    agreements::may_write(&app.store, &access).await?;
    let terms = match terms(&app, &typed) {
        Ok(terms) => terms,
        Err(errors) => return form(&app, &member, None, typed, errors).await,
    };
    let agreement = agreements::draft(&app.store, &access, terms).await?;
    Ok(Redirect::to(&format!("/agreements/{}", agreement.id)).into_response())
}

pub(crate) async fn edit(
    State(app): State<Arc<App>>,
    member: Member,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let access = member.access();
    agreements::may_write(&app.store, &access).await?;
    let found = agreements::one(&app.store, &access, &id).await?;
    let (agreement, _) = found.ok_or(Fault::NotFound)?;
    form(&app, &member, Some(id), drafted(&app, &agreement.terms), Errors::default()).await
}

pub(crate) async fn amend(
    State(app): State<Arc<App>>,
    member: Member,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, Fault> {
    let typed = typed(&posted);
    let access = member.access();
    agreements::may_write(&app.store, &access).await?;
    let terms = match terms(&app, &typed) {
        Ok(terms) => terms,
        Err(errors) => return form(&app, &member, Some(id), typed, errors).await,
    };
    match agreements::manage(&app.store, &access, &id, Change::Drafted { terms }).await {
        Ok(None) => Err(Fault::NotFound),
        Ok(Some(_)) | Err(GovernanceError::Agreement(ChangeError::StandsSo)) => {
            Ok(Redirect::to(&format!("/agreements/{id}")).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// Who can be a party by a tick: groups first, then each organisation; by a key that stands in the form.
fn parties(app: &App) -> Vec<(String, Party)> {
    let area = &app.area;
    let group = |name: String, members: BTreeSet<String>| Party { name, members };
    let mut all = vec![(
        "all-practices".to_owned(),
        group("All practices".to_owned(), area.practices.iter().map(|p| p.code.clone()).collect()),
    )];
    for borough in &area.boroughs {
        let of_borough = area.practices.iter().filter(|practice| practice.borough == borough.code);
        let members = of_borough.map(|practice| practice.code.clone()).collect();
        all.push((
            format!("practices-{}", borough.code),
            group(format!("All practices of {}", borough.name), members),
        ));
    }
    let networks = area.practices.iter().map(|practice| practice.pcn_code.clone());
    let networks: BTreeSet<String> = networks.filter(|code| !code.is_empty()).collect();
    all.push(("all-networks".to_owned(), group("All primary care networks".to_owned(), networks)));
    all.retain(|(_, party)| !party.members.is_empty());
    let mut organisations: Vec<_> = area.organisations.iter().collect();
    organisations.sort_by_key(|organisation| organisation.kind != OrganisationKind::Icb);
    all.extend(organisations.into_iter().map(|organisation| {
        let members = BTreeSet::from([organisation.code.clone()]);
        (organisation.code.clone(), group(organisation.name.clone(), members))
    }));
    all
}

fn typed(posted: &Posted) -> Draft {
    let text = |name: &str| posted.get(name).to_owned();
    let mut chosen = posted.ticked("activities");
    chosen.extend(posted.ticked("planning"));
    Draft {
        title: text("title"),
        suppliers: posted.ticked("suppliers"),
        recipients: posted.ticked("recipients"),
        other_suppliers: text("other_suppliers"),
        other_recipients: text("other_recipients"),
        feeds: posted.ticked("feeds"),
        activities: chosen,
        starts: text("starts"),
        ends: text("ends"),
        review: text("review"),
        dpia: text("dpia"),
    }
}

/// What the form shows of terms that are there. A party that is no longer in the area's tables is typed by its codes.
fn drafted(app: &App, terms: &Terms) -> Draft {
    let known = parties(app);
    let side = |parties: &[Party]| {
        let (mut keys, mut others) = (Vec::new(), Vec::new());
        for party in parties {
            match known.iter().find(|(_, known)| known == party) {
                Some((key, _)) => keys.push(key.clone()),
                None => others.extend(party.members.iter().cloned()),
            }
        }
        (keys, others.join(" "))
    };
    let (suppliers, other_suppliers) = side(&terms.suppliers);
    let (recipients, other_recipients) = side(&terms.recipients);
    let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    Draft {
        title: terms.title.clone(),
        suppliers,
        recipients,
        other_suppliers,
        other_recipients,
        feeds: terms.feeds.iter().map(|feed| feed.name().to_owned()).collect(),
        activities: terms.activities.iter().cloned().collect(),
        starts: terms.starts.to_string(),
        ends: day(terms.ends),
        review: day(terms.review),
        dpia: terms.dpia.clone(),
    }
}

/// The fields of the form, in its order: that of the summary of what is wrong.
const FIELDS: [&str; 11] = [
    "title",
    "suppliers",
    "other_suppliers",
    "recipients",
    "other_recipients",
    "feeds",
    "activities",
    "starts",
    "ends",
    "review",
    "dpia",
];

/// The terms that were typed, or what is wrong with them and where.
fn terms(app: &App, typed: &Draft) -> Result<Terms, Errors> {
    let mut wrong: Vec<(&'static str, String)> = Vec::new();
    let known = parties(app);
    let mut side = |field: &'static str, keys: &[String], others: &str| -> Vec<Party> {
        let chosen = known.iter().filter(|(key, _)| keys.contains(key)).map(|(_, party)| party.clone());
        let mut all: Vec<Party> = chosen.collect();
        for code in others.split_whitespace().map(str::to_ascii_uppercase) {
            if app.names().of(&code) == code {
                wrong.push((field, format!("Enter codes of practices of the area: {code} is none")));
            }
            all.push(Party { name: app.names().of(&code).to_owned(), members: BTreeSet::from([code]) });
        }
        all
    };
    let suppliers = side("other_suppliers", &typed.suppliers, &typed.other_suppliers);
    let recipients = side("other_recipients", &typed.recipients, &typed.other_recipients);
    let mut day = |field: &'static str, text: &str, needed: bool| -> Option<NaiveDate> {
        let read = text.parse().ok();
        if read.is_none() && (needed || !text.is_empty()) {
            wrong.push((field, "Enter a day as year, month and day, such as 2026-12-01".to_owned()));
        }
        read
    };
    let starts = day("starts", &typed.starts, true);
    let (ends, review) = (day("ends", &typed.ends, false), day("review", &typed.review, false));
    let planning = activities()
        .iter()
        .any(|activity| typed.activities.contains(&activity.id) && activity.purpose() == Purpose::Planning);
    let terms = Terms {
        title: typed.title.clone(),
        purpose: if planning { Purpose::Planning } else { Purpose::DirectCare },
        suppliers,
        recipients,
        feeds: typed.feeds.iter().filter_map(|feed| feed.parse().ok()).collect(),
        activities: typed.activities.iter().cloned().collect(),
        starts: starts.unwrap_or_default(),
        ends,
        review,
        dpia: typed.dpia.clone(),
    };
    wrong.extend(terms.faults().into_iter().map(|fault| (field_of(fault), fault.to_string())));
    if wrong.is_empty() {
        return Ok(terms);
    }
    wrong.sort_by_key(|(field, _)| FIELDS.iter().position(|known| known == field));
    let mut errors = Errors::default();
    for (field, sentence) in wrong {
        errors.add(field, sentence);
    }
    Err(errors)
}

/// Where on the form a fault is put right.
fn field_of(fault: TermsError) -> &'static str {
    match fault {
        TermsError::Title => "title",
        TermsError::Suppliers => "suppliers",
        TermsError::Recipients => "recipients",
        TermsError::Feeds => "feeds",
        TermsError::NoActivity | TermsError::Activity | TermsError::Purpose => "activities",
        TermsError::Ends => "ends",
        TermsError::Dpia => "dpia",
    }
}
