//! Tables in two layers: what a file was made of, and what nights have put since. A night's keys stand all over the table of
//! everybody, so that each would have a whole page of it written anew; by themselves they take the room that they need.

use std::borrow::Borrow;

use redb::{
    AccessGuard, Key, ReadOnlyTable, ReadTransaction, ReadableTable, StorageError, Table, TableDefinition,
    TableError, Value, WriteTransaction,
};

/// The names of both layers of a table.
pub(crate) struct Layered<K: Key + 'static, V: Value + 'static> {
    made: TableDefinition<'static, K, V>,
    since: TableDefinition<'static, K, V>,
}

/// Both layers of an open table. What is put goes into `since`, whole: it stands for what was made under the same key.
pub(crate) struct Layers<T> {
    pub made: T,
    pub since: T,
}

impl<K: Key + 'static, V: Value + 'static> Layered<K, V> {
    /// Of these names.
    pub const fn new(made: &'static str, since: &'static str) -> Self {
        Self { made: TableDefinition::new(made), since: TableDefinition::new(since) }
    }

    /// Opens both to read.
    pub fn read(&self, read: &ReadTransaction) -> Result<Layers<ReadOnlyTable<K, V>>, TableError> {
        Ok(Layers { made: read.open_table(self.made)?, since: read.open_table(self.since)? })
    }

    /// Opens both to write; makes them where they are not there yet.
    pub fn write<'w>(&self, write: &'w WriteTransaction) -> Result<Layers<Table<'w, K, V>>, TableError> {
        Ok(Layers { made: write.open_table(self.made)?, since: write.open_table(self.since)? })
    }
}

impl<T> Layers<T> {
    /// What stands under a key.
    pub fn get<'k, K: Key + 'static, V: Value + 'static>(
        &self,
        key: impl Borrow<K::SelfType<'k>>,
    ) -> Result<Option<AccessGuard<'_, V>>, StorageError>
    where
        T: ReadableTable<K, V>,
    {
        match self.since.get(key.borrow())? {
            None => self.made.get(key.borrow()),
            put => Ok(put),
        }
    }
}
