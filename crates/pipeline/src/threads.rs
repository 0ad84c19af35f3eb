//! The same work on many things, on several threads.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::PipelineError;

/// Does `one` for each item on so many threads, which each take the next item when they are free. Gives what came of each, in
/// the order of the items. After a failure no further item is begun, and the first failure in that order is the failure of all.
///
/// `one` is told which thread it runs on, and the item's place.
pub(crate) fn each<I: Sync, T: Send>(
    items: &[I],
    threads: usize,
    one: impl Fn(usize, usize, &I) -> Result<T, PipelineError> + Sync,
) -> Result<Vec<T>, PipelineError> {
    let next = AtomicUsize::new(0);
    let work = |thread| {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(at) else { return done };
            let result = one(thread, at, item);
            if result.is_err() {
                next.store(items.len(), Ordering::Relaxed);
            }
            done.push((at, result));
        }
    };
    let work = &work;
    let mut all = BTreeMap::new();
    let threads = threads.clamp(1, items.len().max(1));
    if threads == 1 {
        // Where there is little to do, beginning a thread takes longest.
        return work(0).into_iter().map(|(_, done)| done).collect();
    }
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|thread| scope.spawn(move || work(thread))).collect();
        for worker in workers {
            all.extend(worker.join().map_err(|_| PipelineError::Worker("a thread".to_owned()))?);
        }
        Ok::<(), PipelineError>(())
    })?;
    all.into_values().collect()
}

/// Does `some` for so many items at once, on so many threads. Gives all that came of them, in the order of the items.
pub(crate) fn some_at_once<I: Sync, T: Send>(
    items: &[I],
    at_once: usize,
    threads: usize,
    some: impl Fn(&[I]) -> Result<Vec<T>, PipelineError> + Sync,
) -> Result<Vec<T>, PipelineError> {
    let chunks: Vec<&[I]> = items.chunks(at_once).collect();
    let found = each(&chunks, threads, |_, _, chunk| some(chunk))?;
    Ok(found.into_iter().flatten().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_of_each_is_in_order() {
        let items: Vec<usize> = (0..100).collect();
        let doubled = each(&items, 3, |_, at, item| Ok(at + item)).unwrap();
        assert_eq!(doubled, items.iter().map(|item| item * 2).collect::<Vec<_>>());
        assert!(each(&Vec::<usize>::new(), 3, |_, at, _| Ok(at)).unwrap().is_empty());
    }

    #[test]
    fn one_failure_fails_all() {
        let items: Vec<usize> = (0..100).collect();
        let failed = each(&items, 3, |_, _, item| match item {
            7.. => Err(PipelineError::TooMany("items")),
            item => Ok(*item),
        });
        assert!(matches!(failed, Err(PipelineError::TooMany("items"))));
    }
}
