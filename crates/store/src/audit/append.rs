//! Adding rows. Those that wait while one transaction is written go into the next together, so that a disk's time to make
//! something durable is shared by everybody who waits for it.

use std::sync::{Arc, Mutex, PoisonError};

use sea_orm::{ConnectionTrait, Value};
use tokio::sync::oneshot::{self, error::TryRecvError};

use super::entry::{COLUMNS, Entry};
use super::shown;
use crate::bulk::Bulk;
use crate::{Store, StoreError, sql};

/// Rows that wait to be written.
#[derive(Default)]
pub(crate) struct Queue {
    /// Held by whoever writes for all who wait.
    gate: tokio::sync::Mutex<()>,
    waiting: Mutex<Vec<Waiting>>,
}

struct Waiting {
    entry: Entry,
    done: oneshot::Sender<Result<i64, Arc<StoreError>>>,
}

/// Most rows in one transaction.
const AT_ONCE: usize = 1_000;

impl Queue {
    fn push(&self, row: Waiting) {
        // A list of rows is whole, whatever became of a thread that held it.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).push(row);
    }

    fn take(&self) -> Vec<Waiting> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let count = waiting.len().min(AT_ONCE);
        waiting.drain(..count).collect()
    }
}

/// Adds a row and gives its number once it is durable.
pub(super) async fn append(store: &Store, entry: Entry) -> Result<i64, StoreError> {
    loop {
        let (done, mut answer) = oneshot::channel();
        store.audit.push(Waiting { entry: entry.clone(), done });
        let gate = store.audit.gate.lock().await;
        let written = loop {
            match answer.try_recv() {
                Ok(written) => break Some(written),
                // Still waiting: it falls to us to write for all.
                Err(TryRecvError::Empty) => write_waiting(store).await,
                // Whoever wrote for us was stopped, and the transaction with them.
                Err(TryRecvError::Closed) => break None,
            }
        };
        drop(gate);
        if let Some(written) = written {
            return written.map_err(StoreError::Together);
        }
    }
}

/// Writes what waits and tells each. When a row cannot be written, the others must not fail with it.
async fn write_waiting(store: &Store) {
    let batch = store.audit.take();
    let (mut entries, tell): (Vec<Entry>, Vec<_>) =
        batch.into_iter().map(|row| (row.entry, row.done)).unzip();
    match write(store, &mut entries).await {
        Ok(()) => {
            for (entry, done) in entries.iter().zip(tell) {
                let _ = done.send(Ok(entry.id));
            }
        }
        Err(error) if tell.len() == 1 => {
            let error = Arc::new(error);
            tell.into_iter().for_each(|done| drop(done.send(Err(Arc::clone(&error)))));
        }
        Err(_) => {
            for (mut entry, done) in entries.into_iter().zip(tell) {
                let alone = write(store, std::slice::from_mut(&mut entry)).await;
                let _ = done.send(alone.map(|()| entry.id).map_err(Arc::new));
            }
        }
    }
}

async fn write(store: &Store, entries: &mut [Entry]) -> Result<(), StoreError> {
    let tx = store.write().await?;
    chain(&tx, entries).await?;
    Ok(tx.commit().await?)
}

/// Adds rows to the chain within a transaction. Moving the head first takes the lock on both databases, so that rows are
/// chained one by one.
pub(super) async fn chain(db: &impl ConnectionTrait, entries: &mut [Entry]) -> Result<(), StoreError> {
    let move_head = "UPDATE audit_head SET last_id = last_id + $1 WHERE one = 1 RETURNING last_id, hash";
    let more = sql::big(entries.len() as u64);
    let head = sql::one(db, move_head, vec![more.into()]).await?;
    let head = head.ok_or(StoreError::Unreadable("head of the audit"))?;
    let mut id = head.try_get::<i64>("", "last_id")? - more;
    let mut hash: String = head.try_get("", "hash")?;
    for entry in &mut *entries {
        id += 1;
        entry.follow(id, hash);
        hash = entry.hash.clone();
    }
    sql::execute(db, "UPDATE audit_head SET hash = $1 WHERE one = 1", vec![hash.into()]).await?;
    let values: Vec<Value> = entries.iter().cloned().flat_map(Entry::values).collect();
    ROWS.insert(db, values).await?;
    shown::index(db, entries).await
}

const ROWS: Bulk = Bulk { table: "audit", columns: COLUMNS, conflict: "" };
