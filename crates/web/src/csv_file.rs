//! Figures as a file: every cell in quotes, so that no comma or line of a name divides it.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use methods::Published;

/// One line of a file.
pub(crate) fn line<T: AsRef<str>>(cells: &[T]) -> String {
    let quoted = |cell: &T| format!("\"{}\"", cell.as_ref().replace('"', "\"\""));
    cells.iter().map(quoted).collect::<Vec<_>>().join(",") + "\r\n"
}

/// A published number as a bare number, or the words for what is not shown.
pub(crate) fn number<T: Copy>(value: &Published<T>, bare: impl Fn(T) -> String) -> String {
    value.value().map_or_else(|| value.words().unwrap_or_default(), bare)
}

/// The file as an answer, to be kept under a name.
pub(crate) fn answer(name: &str, text: String) -> Response {
    let attachment = HeaderValue::from_str(&format!("attachment; filename=\"{name}.csv\""));
    let attachment = attachment.unwrap_or(HeaderValue::from_static("attachment"));
    let head = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CONTENT_DISPOSITION, attachment),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (head, text).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_one_cell_whatever_it_holds() {
        assert_eq!(line(&["a,b", "say \"no\"", ""]), "\"a,b\",\"say \"\"no\"\"\",\"\"\r\n");
    }
}
