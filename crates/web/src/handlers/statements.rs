use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::show;
use crate::App;
use crate::errors::Fault;
use crate::pages::statements::{AccessibilityPage, HelpPage, PrivacyPage};
use crate::session::Visit;

pub(crate) async fn help(State(app): State<Arc<App>>, visit: Visit) -> Result<Response, Fault> {
    show(&app, &visit, &HelpPage).await
}

pub(crate) async fn accessibility(State(app): State<Arc<App>>, visit: Visit) -> Result<Response, Fault> {
    show(&app, &visit, &AccessibilityPage).await
}

pub(crate) async fn privacy(State(app): State<Arc<App>>, visit: Visit) -> Result<Response, Fault> {
    show(&app, &visit, &PrivacyPage).await
}
