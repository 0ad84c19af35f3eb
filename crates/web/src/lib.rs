//! web
mod charts;
mod components;
mod forms;
mod names;
mod page;
mod pages;
mod paging;
mod words;

#[cfg(test)]
mod palette;
