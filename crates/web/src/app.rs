use std::path::Path;
use std::sync::Arc;

use axum::http::HeaderValue;
use chrono::{DateTime, Utc};
use model::{Area, OrganisationKind, Purpose};
use policy::{Permit, Rules};
use store::settings::SignInSettings;
use store::sources::{self, MadeOf};
use store::{Entropy, Store, SystemEntropy, generations};
use warehouse::marts::Marts;

use crate::catalogue::Catalogue;
use crate::errors::Fault;
use crate::limits::Limits;
use crate::marts::MartsDoor;
use crate::names::Names;
use crate::page::{Frame, SessionEnds, Viewer};
use crate::provider::Provider;
use crate::session::Visit;
use crate::{assets, security_headers, ways};

/// What time it is, given from outside so that tests can say.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// Sources that the head of a page names at most.
const NAMED: usize = 3;

/// How this deployment is called and served.
#[derive(Clone, Debug)]
pub struct Config {
    /// The service's name, at the head of every page.
    pub service: String,
    /// Nobody in it is real: every page says so.
    pub synthetic: bool,
    /// Pages are served over HTTPS, so cookies go over nothing else.
    pub secure_cookie: bool,
    /// How people sign in, and how long they stay so.
    pub sign_in: SignInSettings,
}

/// Everything the pages need from outside.
pub struct App {
    /// The operational store.
    pub store: Store,
    /// The area: names of organisations, practices and boroughs.
    pub area: Area,
    /// The clock; tests set their own.
    pub clock: Clock,
    /// Random bytes for forms and correlation numbers; tests set their own.
    pub entropy: Arc<dyn Entropy>,
    /// How this deployment is called and served.
    pub config: Config,
    pub(crate) limits: Limits,
    /// Where people may sign in besides, when the settings name one.
    pub(crate) provider: Option<Provider>,
    /// What pages may ask for, and where their forms may go.
    pub(crate) policy: HeaderValue,
    catalogue: Catalogue,
    marts: MartsDoor,
    names: Names,
}

impl App {
    /// Puts the service together. `marts` is the folder that holds one folder of marts a publication.
    pub fn new(store: Store, area: Area, catalogue: Catalogue, marts: &Path, config: Config) -> Self {
        let networks = area.practices.iter().map(|p| (p.pcn_code.clone(), p.pcn_name.clone()));
        let names = Names::new(networks.chain(area.names()).collect());
        let provider = config.sign_in.provider.clone().map(Provider::new);
        Self {
            store,
            area,
            clock: Arc::new(Utc::now),
            entropy: Arc::new(SystemEntropy),
            limits: Limits::default(),
            policy: security_headers::policy(provider.as_ref().map(Provider::origin).as_deref()),
            provider,
            config,
            catalogue,
            marts: MartsDoor::new(marts),
            names,
        }
    }

    /// The marts that a permit may read.
    pub(crate) async fn marts(&self, permit: &Permit) -> Result<Arc<Marts>, Fault> {
        self.marts.of(&self.store, permit).await
    }

    /// The latest day that what is published tells of. Errors: nothing has been published.
    pub(crate) async fn data_as_at(&self) -> Result<chrono::NaiveDate, Fault> {
        let published = generations::current(&self.store).await?.ok_or(Fault::NothingPublished)?;
        Ok(published.data_as_at)
    }

    pub(crate) fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    pub(crate) fn names(&self) -> &Names {
        &self.names
    }

    pub(crate) fn rules(&self) -> &Rules {
        self.store.rules()
    }

    /// This many random bytes as hexadecimal digits.
    pub(crate) fn random(&self, bytes: usize) -> Result<String, Fault> {
        let mut buffer = vec![0_u8; bytes];
        self.entropy.fill(&mut buffer)?;
        Ok(buffer.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// What surrounds a page for this visit.
    pub(crate) async fn frame(&self, visit: &Visit) -> Result<Frame, Fault> {
        let published = generations::current(&self.store).await?;
        let mut frame = self.frame_with(visit, published.map(|publication| publication.data_as_at));
        if let (Some(_), Some(access)) = (frame.data_as_at, visit.access()) {
            frame.coverage = self.coverage(sources::made_of(&self.store, &access).await?);
            if access.purpose == Purpose::Planning {
                frame.coverage.push_str(&self.left_out(&sources::left_out(&self.store, &access).await?));
            }
        }
        Ok(frame)
    }

    /// How much of the area a viewer's pages are made of.
    fn coverage(&self, made_of: MadeOf) -> String {
        let practices = self.area.practices.len();
        let others = self.area.organisations.iter().filter(|o| o.kind != OrganisationKind::Icb).count();
        if made_of.nothing {
            return "No agreement in force lets these pages use any data.".to_owned();
        }
        if practices == 0 || made_of == MadeOf::default() {
            return String::new();
        }
        format!(
            "Made of data of {} of {practices} practices and {} of {others} other organisations.",
            made_of.practices, made_of.others
        )
    }

    /// What figures have been counted without since the last run, in a sentence; blank when nothing is left out.
    fn left_out(&self, sources: &[String]) -> String {
        let named: Vec<String> = sources.iter().take(NAMED).map(|source| self.names.source(source)).collect();
        let more = match sources.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        match named.is_empty() {
            true => String::new(),
            false => format!(" Counted without what agreements no longer cover: {}{more}.", named.join("; ")),
        }
    }

    /// The same when the store cannot be asked.
    pub(crate) fn frame_with(&self, visit: &Visit, data_as_at: Option<chrono::NaiveDate>) -> Frame {
        let viewer = visit.user().map(|user| Viewer {
            name: user.name.clone(),
            role: user.role.label(),
            organisation: self.names.of(&user.organisation).to_owned(),
            ways: ways::top(self.rules(), user.role),
        });
        Frame {
            service: self.config.service.clone(),
            synthetic: self.config.synthetic,
            data_as_at,
            coverage: String::new(),
            viewer,
            session: visit
                .session()
                .filter(|_| visit.user().is_some())
                .map(|s| SessionEnds::of(s, visit.at())),
            csrf: visit.csrf(),
            assets_version: assets::version().to_owned(),
        }
    }
}
