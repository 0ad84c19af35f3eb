//! The style sheet, the script and the icons, built from `web-assets` and part of the program.

use std::sync::OnceLock;

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../../web-assets/dist"]
struct Dist;

/// Changes whenever one of the files does; stands in their addresses, so that they may be kept for good.
pub(crate) fn version() -> &'static str {
    static VERSION: OnceLock<String> = OnceLock::new();
    VERSION.get_or_init(|| {
        let mut names: Vec<_> = Dist::iter().collect();
        names.sort();
        let mut all = Vec::new();
        for name in names {
            if let Some(file) = Dist::get(&name) {
                all.extend_from_slice(&file.metadata.sha256_hash());
            }
        }
        model::sha256_hex(&all).chars().take(12).collect()
    })
}

/// One of the files.
pub(crate) async fn serve(Path(name): Path<String>) -> Response {
    let Some(file) = Dist::get(&name) else { return StatusCode::NOT_FOUND.into_response() };
    let headers = [
        (header::CONTENT_TYPE, content_type(&name)),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    (headers, file.data.into_owned()).into_response()
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, end)| end) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}
