//! `wsic serve`.

use std::net::SocketAddr;

use chrono::Utc;
use pipeline::Deployment;
use tokio::signal::unix::{SignalKind, signal};
use web::{App, Catalogue, Config};

use crate::failure::Failure;
use crate::{audit, recount};

/// Serves the pages until interrupted.
pub async fn run(deployment: &Deployment, listen: SocketAddr) -> Result<(), Failure> {
    let config = Config {
        service: deployment.config.name.clone(),
        synthetic: deployment.config.synthetic,
        secure_cookie: deployment.config.secure_cookies,
        sign_in: deployment.config.sign_in.clone(),
    };
    let catalogue = Catalogue::from_files(&deployment.definitions)?;
    let marts = deployment.marts("");
    let app = App::new(deployment.store.clone(), deployment.area.clone(), catalogue, &marts, config);
    let listener = tokio::net::TcpListener::bind(listen).await.map_err(|e| {
        Failure::data(format!("cannot listen on {listen}: {e}; give another address with --listen"))
    })?;
    eprintln!("serving on http://{listen} (stop with Ctrl-C)");
    let service = web::router(app).into_make_service_with_connect_info::<SocketAddr>();
    // Service managers say SIGTERM, people press Ctrl-C.
    let mut told = signal(SignalKind::terminate())?;
    let stop = async move {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = told.recv() => {}
        }
    };
    store::audit::note_rules(&deployment.store, Utc::now()).await?;
    recount::keep_counting(&deployment.root);
    let serving = axum::serve(listener, service).with_graceful_shutdown(stop);
    tokio::select! {
        served = serving.into_future() => served?,
        () = audit::sign_by_the_hour(deployment) => {}
    }
    audit::sign_quietly(deployment).await;
    Ok(())
}
