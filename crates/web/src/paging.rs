//! Long lists, a page at a time.

use maud::{Markup, Render, html};

use crate::components::nhs::{PageNumber, Pagination, Step};

/// Which page of how many.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paging {
    page: u64,
    pages: u64,
    size: u64,
}

impl Paging {
    /// The asked-for page, kept within what there is.
    pub(crate) fn new(total: usize, page: u64, size: u64) -> Self {
        Self::of_total(u64::try_from(total).unwrap_or(u64::MAX), page, size)
    }

    /// The same, of a total that was counted elsewhere.
    pub(crate) fn of_total(total: u64, page: u64, size: u64) -> Self {
        let pages = total.div_ceil(size.max(1)).max(1);
        Self { page: page.clamp(1, pages), pages, size }
    }

    /// The lines of this page.
    pub(crate) fn slice<'a, T>(&self, all: &'a [T]) -> &'a [T] {
        let from = usize::try_from((self.page - 1) * self.size).unwrap_or(usize::MAX).min(all.len());
        let to = from.saturating_add(usize::try_from(self.size).unwrap_or(usize::MAX)).min(all.len());
        all.get(from..to).unwrap_or_default()
    }

    /// `, page 2 of 7`; nothing when there is one page.
    pub(crate) fn of_pages(&self) -> String {
        if self.pages > 1 { format!(", page {} of {}", self.page, self.pages) } else { String::new() }
    }
}

/// Links to the other pages; nothing when there is one page.
pub(crate) fn pagination(paging: Paging, address: impl Fn(u64) -> String) -> Markup {
    if paging.pages <= 1 {
        return html! {};
    }
    let step = |page: u64| Step { href: address(page), ..Step::default() };
    let mut items = Vec::new();
    let mut before = 0;
    for page in 1..=paging.pages {
        let near = page.abs_diff(paging.page) <= 1 || page == 1 || page == paging.pages;
        if !near {
            continue;
        }
        if page > before + 1 {
            items.push(PageNumber { ellipsis: true, ..PageNumber::default() });
        }
        items.push(PageNumber {
            number: page,
            href: address(page),
            current: page == paging.page,
            ..PageNumber::default()
        });
        before = page;
    }
    Pagination {
        previous: (paging.page > 1).then(|| step(paging.page - 1)),
        next: (paging.page < paging.pages).then(|| step(paging.page + 1)),
        items,
        ..Pagination::default()
    }
    .render()
}
