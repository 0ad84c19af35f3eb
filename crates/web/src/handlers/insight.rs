use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::Response;

use crate::App;
use crate::errors::Fault;
use crate::session::Member;

type Asked = Query<BTreeMap<String, String>>;

pub(crate) async fn groups(State(_): State<Arc<App>>, _: Member, _: Asked) -> Result<Response, Fault> {
    Err(Fault::NothingPublished)
}

pub(crate) async fn budget(State(_): State<Arc<App>>, _: Member, _: Asked) -> Result<Response, Fault> {
    Err(Fault::NothingPublished)
}

pub(crate) async fn indicators(State(_): State<Arc<App>>, _: Member, _: Asked) -> Result<Response, Fault> {
    Err(Fault::NothingPublished)
}
