//! The map of the service: every address, what it is, and who may call it.
//!
//! "Who" is what `policies/*.cedar` say today, for the reader; what decides is the rules themselves, asked by each
//! use-case. Every page but the last group wants a sign-in: its handler takes a `Member`.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;

use crate::errors::Fault;
use crate::handlers::{
    account, agreements, audit, care, emergency, governance, home, insight, linkage, objections, own,
    provider, risk, rules, sign_in, statements, teams,
};
use crate::{App, assets, session};

/// Forms are small.
const LARGEST_FORM: usize = 16 * 1024;
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// The whole service.
pub fn router(app: App) -> Router {
    let app = Arc::new(app);
    #[rustfmt::skip]
    let pages = Router::new()
        .route("/", get(home::show))                                              // everyone signed in
        // A person's care                                                           GP: own practice; coordinator: caseload; both and team member: team
        .route("/people", get(care::find::form).post(care::find::search))         // and, to find, people of their organisation
        .route("/people/{person}", get(care::record::show))
        .route("/people/{person}/reasons", get(care::record::reasons))
        .route("/people/{person}/timeline", get(care::timeline::show))
        .route("/people/{person}/linkage", get(care::linkage::open))               // governance lead too
        .route("/people/{person}/linkage/part", get(care::linkage::ask).post(care::linkage::part)) // GP, governance lead
        .route("/people/{person}/linkage/partings/{parting}", get(care::linkage::parting).post(care::linkage::take_back))
        .route("/people/{person}/teams", get(teams::of_person).post(teams::refer_or_end))
        .route("/people/{person}/emergency", get(emergency::of_person).post(emergency::ask_of_person))
        .route("/emergency", get(emergency::blank).post(emergency::ask))           // GP, care coordinator: a stranger
        .route("/emergency/told", get(emergency::told))                           // those who care for the person
        .route("/worklist", get(care::worklist::show))
        .route("/caseload", get(care::worklist::caseload))                        // care coordinator
        .route("/team", get(teams::own))                                          // who is in a team
        .route("/teams", get(teams::list).post(teams::make))                      // making and changing: governance lead
        .route("/teams/{team}", get(teams::one).post(teams::change))
        // Counts and sums                                                           commissioner
        .route("/population/groups", get(insight::groups))
        .route("/population/budget", get(insight::budget))
        .route("/population/indicators", get(insight::outcomes))
        .route("/population/indicators/{name}", get(insight::indicator))
        .route("/population/risk-model", get(risk::list))                         // governance lead and GP too
        .route("/population/risk-model/{name}", get(risk::card))
        .route("/population/risk-model/{name}/card.csv", get(risk::table))
        .route("/population/indicators/{name}/{table}", get(insight::indicator_csv))
        .route("/population/return", get(insight::monthly_return))
        .route("/population/return.csv", get(insight::monthly_return_csv))
        .route("/population/practices", get(insight::practices))                  // GP too: own practice
        .route("/population/practices/{practice}", get(insight::practice))
        .route("/population/practices/{practice}/indicators.csv", get(insight::practice_indicators))
        // How data are used                                                         governance lead
        .route("/audit", get(governance::audit))
        .route("/agreements", get(agreements::list))                              // coverage: commissioner too; signatory
        .route("/agreements/new", get(agreements::blank).post(agreements::draft))
        .route("/agreements/removed", get(agreements::removed))                   // signatory too
        .route("/agreements/coverage", get(agreements::coverage))                 // commissioner and signatory too
        .route("/agreements/coverage/{organisation}", get(agreements::organisation))
        .route("/agreements/{id}", get(agreements::one).post(agreements::act))    // signatory too
        .route("/agreements/{id}/edit", get(agreements::edit).post(agreements::amend))
        .route("/objections", get(objections::page).post(objections::record))
        .route("/audit/unusual", get(audit::unusual))
        .route("/audit/rows/{row}", get(audit::row).post(audit::judge))
        .route("/audit/emergencies", get(emergency::queue))
        .route("/audit/questions", get(audit::questions))
        .route("/audit/questions/{question}", get(audit::question).post(audit::answer))
        .route("/rules", get(rules::rules))
        .route("/rules/matrix", get(rules::matrix))
        .route("/rules/try", get(rules::try_case))
        .route("/feeds", get(governance::feeds))
        .route("/feeds/{file}", get(governance::file))
        .route("/feeds/{file}/quarantine", get(governance::quarantine))
        // Whose a record is                                                         governance lead
        .route("/linkage/review", get(linkage::queue))
        .route("/linkage/review/{case}", get(linkage::case).post(linkage::answer))
        .route("/linkage/quality", get(linkage::quality))                         // commissioner too
        .route("/linkage/quality.csv", get(linkage::quality_csv))
        // One's own                                                                 the person
        .route("/my-record", get(own::record))
        .route("/my-record/accesses", get(own::accesses))
        .route("/my-record/choices", get(own::choices).post(own::choose))
        .route("/my-record/for/{person}", get(own::acting_for))                   // who acts for them
        .route("/my-record/accesses/{row}/ask", get(own::ask_form).post(own::ask))
        .route("/account", get(account::account))                                 // everyone signed in
        .route("/account/password", get(account::password_form).post(account::password))
        .route("/account/second-factor", get(account::second_factor_form).post(account::second_factor))
        .route("/account/second-factor/begin", post(account::second_factor_begin))
        .route("/account/sign-out-everywhere", post(account::sign_out_everywhere))
        .route("/account/stay", post(account::stay))
        // Anyone
        .route("/sign-in", get(sign_in::form).post(sign_in::sign_in))
        .route("/sign-in/code", get(sign_in::code_form).post(sign_in::code))
        .route("/sign-in/password", get(sign_in::password_form).post(sign_in::password))
        .route("/sign-in/provider", get(provider::begin))
        .route("/sign-in/provider/return", get(provider::back))
        .route("/sign-in/provider/ended", post(provider::ended))                  // the identity provider itself
        .route("/sign-out", get(sign_in::signed_out).post(sign_in::sign_out))
        .route("/help", get(statements::help))
        .route("/accessibility", get(statements::accessibility))
        .route("/privacy", get(statements::privacy))
        .fallback(async || Fault::NotFound)
        .method_not_allowed_fallback(async || Fault::NotFound)
        .layer(from_fn_with_state(Arc::clone(&app), session::visit))
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, LONGEST_WAIT))
        .with_state(Arc::clone(&app));
    // Pages are not compressed: they hold a secret beside words that others may choose.
    let assets = Router::new()
        .route("/assets/{*name}", get(assets::serve))
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(app, session::plain));
    pages.merge(assets)
}
