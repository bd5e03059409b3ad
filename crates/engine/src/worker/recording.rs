//! Puts each call on record, where a record is kept: before it is made and after, with the states around it.

use reconcile_core::failure::CallFailure;
use reconcile_core::reading::Reading;
use reconcile_core::resource::Resource;
use tokio::time::Instant;

use super::{Made, Refusal, Worker};
use crate::record::{RecordedCall, Stage};

impl Worker<'_> {
    /// Reads all of a resource that exists, where a record is kept. Where the caller may not read that much, it is what was
    /// read of it anyway.
    pub(super) async fn state_to_record(&self) -> Option<Resource> {
        let known = self.planned.live.as_ref()?;
        let provider = self.options.recorder.as_ref().and_then(|_| self.provider().ok())?;
        match self.read(provider, &known.in_full()).await {
            Reading::Present(live) => Some(*live),
            Reading::Absent => None,
            Reading::Failed(failure) => {
                tracing::debug!(address = %self.planned.address, %failure, "recorded as far as it was planned on");
                Some(known.clone())
            }
        }
    }

    pub(super) fn recorded<'c>(
        &'c self,
        place: usize,
        (before, after): (Option<&'c Resource>, Option<&'c Resource>),
    ) -> RecordedCall<'c> {
        let planned = self.planned;
        let [number, of] = [place + 1, planned.operations.len()].map(|count| self.after_calls + count);
        let operation = &planned.operations[place];
        RecordedCall {
            address: &planned.address,
            name: &planned.name,
            operation,
            number,
            of,
            before,
            after,
            stage: Stage::Started,
        }
    }

    /// Makes a call on record. One that cannot be put on record is not made.
    pub(super) async fn on_record(
        &self,
        call: &RecordedCall<'_>,
        started: Instant,
        making: impl Future<Output = Result<Made, Refusal>>,
    ) -> Result<Made, Refusal> {
        self.record(call, Stage::Started).await?;
        let made = making.await;
        let seconds = started.elapsed().as_secs_f64();
        let stage = match &made {
            Ok(Made { by_others: true, .. }) => Stage::Found { seconds },
            Ok(Made { applied, .. }) => Stage::Done { request_id: applied.request_id.as_deref(), seconds },
            Err(Refusal { failure, .. }) => Stage::Failed { failure, seconds },
        };
        let recorded = self.record(call, stage).await;
        let made = made?;
        recorded?;
        Ok(made)
    }

    pub(super) async fn record(&self, call: &RecordedCall<'_>, stage: Stage<'_>) -> Result<(), CallFailure> {
        match &self.options.recorder {
            Some(recorder) => recorder.call(&RecordedCall { stage, ..call.clone() }).await,
            None => Ok(()),
        }
    }
}
