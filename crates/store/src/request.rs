use policy::{Access, Action, Permit, Resource};

use crate::{RequestError, Store, audit, facts};

impl Store {
    /// Asks for leave to do one thing: reads the facts, decides, writes the audit row, and only then gives the permit.
    /// A refusal is written too. When the row cannot be written nothing is given.
    pub async fn request(
        &self,
        access: &Access,
        action: Action,
        resource: Resource,
    ) -> Result<Permit, RequestError> {
        let facts = facts::load(self, access, resource).await?;
        let decision = policy::decide(&self.rules, access, action, resource, &facts);
        audit::record(self, access, decision).await
    }
}
