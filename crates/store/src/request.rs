use model::PersonId;
use policy::{Access, Action, Decision, Permit, Resource};
use sea_orm::DatabaseTransaction;

use crate::{RequestError, Store, audit, facts, history};

impl Store {
    /// Asks for leave to do one thing: reads the facts, decides, writes the audit row, and only then gives the permit.
    /// A refusal is written too. When the row cannot be written nothing is given.
    pub async fn request(
        &self,
        access: &Access,
        action: Action,
        resource: Resource,
    ) -> Result<Permit, RequestError> {
        self.request_about(access, action, resource, "").await
    }

    /// The same, and the row says which one or in what form, such as `csv` for an export.
    pub async fn request_about(
        &self,
        access: &Access,
        action: Action,
        resource: Resource,
        subject: &str,
    ) -> Result<Permit, RequestError> {
        let facts = facts::load(self, access, resource).await?;
        let decision = policy::decide(&self.rules, access, action, resource, &facts);
        audit::record(self, access, decision, subject).await
    }

    /// Leave to do this with the person that somebody was found to be whose number is not in use any more. The permit's person is
    /// whom to go on with. `None` when nobody took their place, or when the user may not know of whoever did: that is refused in
    /// the audit, and must read as if there were nobody.
    pub async fn request_now(
        &self,
        access: &Access,
        action: Action,
        former: PersonId,
    ) -> Result<Option<Permit>, RequestError> {
        let Some(person) = history::now(self, former).await? else { return Ok(None) };
        let subject = format!("asked for as {former}");
        match self.request_about(access, action, Resource::Person(person), &subject).await {
            Ok(permit) => Ok(Some(permit)),
            Err(RequestError::Refused { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The same for a change: the row is written in the transaction in which the change will be, and stands or falls with
    /// it. A refusal is written at once. `subject` is which one is changed, when it is not the person.
    pub(crate) async fn request_to_change(
        &self,
        access: &Access,
        action: Action,
        resource: Resource,
        subject: &str,
    ) -> Result<(Permit, DatabaseTransaction), RequestError> {
        let facts = facts::load(self, access, resource).await?;
        let decision = policy::decide(&self.rules, access, action, resource, &facts);
        self.change_with(access, decision, subject).await
    }

    /// The same with a decision that has been made.
    pub(crate) async fn change_with(
        &self,
        access: &Access,
        decision: Decision,
        subject: &str,
    ) -> Result<(Permit, DatabaseTransaction), RequestError> {
        let tx = self.write().await.map_err(RequestError::Audit)?;
        match audit::record_within(&tx, access, decision, subject).await {
            Ok(permit) => Ok((permit, tx)),
            Err(refused @ RequestError::Refused { .. }) => {
                tx.commit().await.map_err(|error| RequestError::Audit(error.into()))?;
                Err(refused)
            }
            Err(error) => Err(error),
        }
    }
}
