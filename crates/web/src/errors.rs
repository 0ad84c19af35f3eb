//! From what went wrong to the page that says so: the one place where a failure meets the browser.
//!
//! A use-case's error keeps its meaning until here. Details go to the log once, with the number that the page shows; the
//! page never carries them. What one may not know to exist is "not found", in the same words as what does not exist.

use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use care::CareError;
use chrono::{DateTime, Utc};
use finance::FinanceError;
use governance::GovernanceError;
use insight::InsightError;
use model::PersonId;
use store::sessions::Stage;
use store::sign_in::SignInError;
use store::{RequestError, StoreError};
use warehouse::WarehouseError;

use crate::names::Names;
use crate::page::{Frame, Page};
use crate::pages::refusal::{
    BadRequestPage, BeingCountedPage, LeftOutPage, NotFoundPage, ProblemPage, RefusalPage, TooManyPage,
};

/// Seconds after which figures that are being counted anew may be there.
const LOOK_AGAIN: u32 = 5;

/// Why a handler gives no page of its own.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    /// Nothing is there, or nothing that one may know of.
    #[error("nothing is there")]
    NotFound,
    /// The rules say no.
    #[error("{0}")]
    Refused(String),
    /// The rules say no to this person's record, and there may be an emergency.
    #[error("{0}")]
    RefusedRecord(String, PersonId),
    /// One must sign in first; then one goes on to `next`.
    #[error("one must sign in first")]
    SignIn {
        /// An address of ours.
        next: String,
        /// A session was there and has ended.
        ended: bool,
    },
    /// The sign-in is at this step; then one goes on to this address.
    #[error("the sign-in is not done yet")]
    Step(Stage, String),
    /// The person was found to be another; then one goes on to this address.
    #[error("the person has another number now")]
    Moved(String),
    /// The form was not from a page of ours, or cannot be read.
    #[error("the form cannot be used")]
    BadRequest,
    /// What was counted holds data of these sources, which no agreement covers any more.
    #[error("figures are withheld until the next run")]
    LeftOut(Vec<String>),
    /// What may be counted has changed, and the figures are being made anew without these sources.
    #[error("figures are being counted anew")]
    BeingCounted {
        /// What is left out by agreements.
        without: Vec<String>,
        /// Since when, once it has begun.
        since: Option<DateTime<Utc>>,
    },
    /// Asked too often; in so many seconds one may ask again.
    #[error("asked too often")]
    TooMany(u32),
    /// Nothing has been published yet.
    #[error("nothing has been published yet")]
    NothingPublished,
    /// Something of ours failed.
    #[error("{0}")]
    Problem(String),
}

impl From<CareError> for Fault {
    fn from(error: CareError) -> Self {
        match error {
            CareError::Refused(sentence) => Self::Refused(sentence),
            CareError::NotFound => Self::NotFound,
            CareError::Query(_) => Self::BadRequest,
            CareError::Store(error) => error.into(),
        }
    }
}

impl From<GovernanceError> for Fault {
    fn from(error: GovernanceError) -> Self {
        match error {
            GovernanceError::Refused(sentence) => Self::Refused(sentence),
            GovernanceError::Agreement(_) => Self::BadRequest,
            GovernanceError::Store(error) => error.into(),
        }
    }
}

impl From<InsightError> for Fault {
    fn from(error: InsightError) -> Self {
        match error {
            InsightError::NotFound(_) => Self::NotFound,
            InsightError::Warehouse(error) => error.into(),
        }
    }
}

impl From<FinanceError> for Fault {
    fn from(error: FinanceError) -> Self {
        match error {
            FinanceError::NotFound => Self::NotFound,
            FinanceError::Warehouse(error) => error.into(),
        }
    }
}

impl From<WarehouseError> for Fault {
    fn from(error: WarehouseError) -> Self {
        match error {
            WarehouseError::LeftOut(sources) => Self::LeftOut(sources),
            other => Self::Problem(other.to_string()),
        }
    }
}

impl From<RequestError> for Fault {
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::Refused { known: false, .. } => Self::NotFound,
            RequestError::Refused { sentence, .. } => Self::Refused(sentence),
            RequestError::Audit(error) | RequestError::Store(error) => error.into(),
        }
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::LeftOut(sources) => Self::LeftOut(sources),
            other => Self::Problem(other.to_string()),
        }
    }
}

/// What a form does not say beside its fields.
impl From<SignInError> for Fault {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Store(error) => error.into(),
            SignInError::Step => Self::SignIn { next: "/".to_owned(), ended: true },
            SignInError::Wrong | SignInError::Locked { .. } | SignInError::Password(_) => Self::BadRequest,
        }
    }
}

/// The fault goes through the layers as an extension; `session::visit`, which knows who visits, draws the page.
impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let mut response = Response::default();
        response.extensions_mut().insert(std::sync::Arc::new(self));
        response
    }
}

impl Fault {
    /// The page for it.
    pub(crate) fn show(&self, frame: &Frame, names: &Names, correlation: &str) -> Response {
        let problem = |unavailable| ProblemPage { correlation: correlation.to_owned(), unavailable };
        let page: Box<dyn Page> = match self {
            Self::NotFound => Box::new(NotFoundPage),
            Self::Refused(sentence) => Box::new(RefusalPage { sentence: sentence.clone(), emergency: None }),
            Self::RefusedRecord(sentence, person) => {
                Box::new(RefusalPage { sentence: sentence.clone(), emergency: Some(*person) })
            }
            Self::BadRequest => Box::new(BadRequestPage),
            Self::LeftOut(sources) => {
                Box::new(LeftOutPage { sources: sources.iter().map(|source| names.source(source)).collect() })
            }
            Self::BeingCounted { without, since } => {
                let sources = without.iter().map(|source| names.source(source)).collect();
                let mut response = frame.show(&BeingCountedPage { sources, since: *since });
                response.headers_mut().insert(header::RETRY_AFTER, LOOK_AGAIN.into());
                return response;
            }
            Self::TooMany(seconds) => {
                let mut response = frame.show(&TooManyPage { seconds: *seconds });
                response.headers_mut().insert(header::RETRY_AFTER, (*seconds).into());
                return response;
            }
            Self::NothingPublished => Box::new(problem(true)),
            Self::Problem(detail) => {
                tracing::error!(correlation, detail, "a page could not be made");
                Box::new(problem(false))
            }
            Self::Moved(to) => return Redirect::to(to).into_response(),
            Self::SignIn { next, ended } => {
                let ended = if *ended { "&ended=1" } else { "" };
                return Redirect::to(&format!("/sign-in?next={}{ended}", encoded(next))).into_response();
            }
            Self::Step(stage, next) => return Redirect::to(&step_address(*stage, next)).into_response(),
        };
        frame.show(page.as_ref())
    }
}

/// Where a sign-in goes on, and to which address of ours once it is done.
pub(crate) fn step_address(stage: Stage, next: &str) -> String {
    let page = match stage {
        Stage::Full => return next.to_owned(),
        Stage::Code => "/sign-in/code",
        Stage::NewPassword => "/sign-in/password",
        Stage::Enrol => "/account/second-factor",
    };
    format!("{page}?next={}", encoded(next))
}

/// For a query: letters, digits and the slash as they are, the rest as `%` and two hexadecimal digits.
pub(crate) fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'/' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
