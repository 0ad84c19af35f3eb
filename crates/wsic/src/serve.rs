//! `wsic serve`.

use std::net::SocketAddr;

use pipeline::Deployment;
use web::{App, Catalogue, Config};

use crate::failure::Failure;

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
    let stop = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    axum::serve(listener, service).with_graceful_shutdown(stop).await?;
    Ok(())
}
