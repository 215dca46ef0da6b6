//! Callers who want the same thing at the same moment are served together: what waits while one batch is under way
//! makes up the next. A caller who is alone waits for nobody, so an idle shop answers as fast as without this.
//!
//! Round trips, locks and the disk are what placing an order costs, and a batch pays for them once. Nothing here is
//! true by itself: a batch is a transaction like any other, and several instances each gather their own.
//!
//! To gather something: give its job a [`Job`] impl, put a [`Gatherer`] for it into [`Gatherers`], and call
//! [`Gatherer::ask`].

mod door;

pub use door::Pass;

use crate::{App, Failure};
use door::Door;
use metrics::Histogram;
use std::collections::VecDeque;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;
use store::{Patience, Shedding, Tx};
use tokio::sync::{Semaphore, oneshot};
use tokio::time::Instant;
use tracing::{Instrument as _, Span};

/// Callers waiting at most; more are told to come back.
const WAITING: usize = 4_096;

/// How long one waits while others always do, unless two batches take longer. An order waits here twice, for its cart
/// and for itself.
const MOMENT: Duration = Duration::from_millis(30);

/// All there are.
pub(crate) struct Gatherers {
    door: Door,
    pub(crate) orders: Gatherer<crate::order::Place>,
    pub(crate) cart_adds: Gatherer<crate::cart::Add>,
    pub(crate) carts: Gatherer<crate::cart::ReadCart>,
    pub(crate) sessions: Gatherer<crate::session::Find>,
    pub(crate) bearers: Gatherer<crate::auth::Bearer>,
    pub(crate) products: Gatherer<crate::catalogue::Bodies>,
    pub(crate) details: Gatherer<crate::catalogue::ReadDetail>,
    pub(crate) offers: Gatherer<crate::catalogue::ReadOffers>,
    pub(crate) refreshes: Gatherer<crate::catalogue::Refresh>,
    pub(crate) log_ends: Gatherer<crate::live::LookAhead>,
}

impl Default for Gatherers {
    fn default() -> Self {
        let among = &Arc::default();
        Self {
            door: Door::default(),
            orders: Gatherer::among(among),
            cart_adds: Gatherer::among(among),
            carts: Gatherer::among(among),
            sessions: Gatherer::among(among),
            bearers: Gatherer::among(among),
            products: Gatherer::among(among),
            details: Gatherer::among(among),
            offers: Gatherer::among(among),
            refreshes: Gatherer::among(among),
            log_ends: Gatherer::among(among),
        }
    }
}

impl Gatherers {
    /// How many wait, by sort.
    pub(crate) fn waiting(&self) -> Vec<(&'static str, usize)> {
        vec![
            self.orders.waiting(),
            self.cart_adds.waiting(),
            self.carts.waiting(),
            self.sessions.waiting(),
            self.bearers.waiting(),
            self.products.waiting(),
            self.details.waiting(),
            self.offers.waiting(),
            self.refreshes.waiting(),
            self.log_ends.waiting(),
        ]
    }
}

/// What one caller wants.
pub(crate) trait Job: Send + Sized + 'static {
    /// What figures call it.
    const NAME: &'static str;
    /// What comes of it.
    type Answer: Send + 'static;
    /// Jobs in one batch at most.
    const MOST: usize = 64;
    /// Batches under way at once.
    const LANES: usize = 1;

    /// Does all of them: one answer each, in order. Or gives them back, for each to be done alone; never a single one.
    fn do_all(app: &App, jobs: Vec<Self>) -> impl Future<Output = Result<Vec<Self::Answer>, Vec<Self>>> + Send;
}

/// Jobs that are done in one transaction.
pub(crate) trait Transaction: Send + Sync + Sized + 'static {
    /// What comes of one.
    type Done: Send + 'static;
    /// Why nothing comes of one.
    type Error: From<Failure> + Send + 'static;

    /// All of them done in this transaction, one outcome each, in order; or nothing, and why.
    fn attempt(app: &App, tx: Tx, jobs: &[Self]) -> impl Future<Output = Result<Outcomes<Self>, Failure>> + Send;
}

/// What [`Transaction`]s have come to.
pub(crate) type Outcomes<J> = Vec<Result<<J as Transaction>::Done, <J as Transaction>::Error>>;

/// Does jobs in one transaction. When that fails for a reason that may be one job's alone, they come back.
pub(crate) async fn together<J: Transaction>(app: &App, jobs: Vec<J>) -> Result<Outcomes<J>, Vec<J>> {
    let jobs = Arc::new(jobs);
    let attempt = async || {
        let (own, jobs) = (app.clone(), Arc::clone(&jobs));
        app.db.transact(|tx| async move { J::attempt(&own, tx, &jobs).await }).await?
    };
    match store::retry(attempt).await {
        Ok(outcomes) => Ok(outcomes),
        Err(failure) if jobs.len() == 1 || failure.is_of_all() => {
            Ok(jobs.iter().map(|_| Err(failure.clone().into())).collect())
        }
        Err(failure) => {
            tracing::debug!(%failure, jobs = jobs.len(), "a batch failed; trying one by one");
            // Every attempt has ended, so nobody else holds them.
            Err(Arc::into_inner(jobs).unwrap_or_else(|| {
                tracing::error!("a batch that has ended is still held");
                vec![]
            }))
        }
    }
}

/// How long a batch waits for the rows it locks. Somebody may hold one of them; the others should not wait for that.
pub(crate) async fn within_patience<T>(
    jobs: usize,
    locking: impl Future<Output = store::Result<T>>,
) -> Result<T, Failure> {
    let patience = if jobs > 1 { Duration::from_secs(1) } else { Duration::from_secs(10) };
    match tokio::time::timeout(patience, locking).await {
        Ok(locked) => Ok(locked?),
        Err(_) if jobs > 1 => Err(store::Error::Other("rows of a batch stay locked".into()).into()),
        Err(_) => Err(Failure::Busy(1)),
    }
}

/// Each job's part of what was found for all of them.
pub(crate) fn each<'a, J: 'a, F, T>(
    found: store::Result<F>,
    jobs: impl Iterator<Item = &'a J>,
    part: impl Fn(&F, &J) -> T,
) -> Vec<Result<T, Failure>> {
    match found {
        Ok(found) => jobs.map(|job| Ok(part(&found, job))).collect(),
        Err(error) => jobs.map(|_| Err(error.clone().into())).collect(),
    }
}

/// Jobs that are done alone at once, of one kind.
const SINGLES: usize = 6;

/// A queue of jobs and the lanes that work it off. Cheap to clone.
pub(crate) struct Gatherer<J: Job> {
    queue: Arc<Mutex<Queue<J>>>,
    singles: Arc<Semaphore>,
    /// How many there are in each batch.
    jobs: Arc<OnceLock<Histogram>>,
}

struct Queue<J: Job> {
    waiting: VecDeque<Waiting<J>>,
    patience: Patience,
    /// Lanes that run, by number, with the moment at which their batch began; none while nothing waits.
    lanes: Vec<(u64, Instant)>,
    /// Counts lanes.
    opened: u64,
}

/// A batch that takes longer waits for something that is not the shop's: it must not hold up the rest.
const STUCK: Duration = Duration::from_secs(1);
/// Lanes when all others are stuck.
const MOST_LANES: usize = 16;

struct Waiting<J: Job> {
    since: std::time::Instant,
    job: J,
    /// Of the caller; nobody makes it unless somebody traces.
    span: Span,
    answer: Teller<J>,
}

/// Where the answer to a job goes.
type Teller<J> = oneshot::Sender<Result<<J as Job>::Answer, Failure>>;

impl<J: Job> Clone for Gatherer<J> {
    fn clone(&self) -> Self {
        Self { queue: Arc::clone(&self.queue), singles: Arc::clone(&self.singles), jobs: Arc::clone(&self.jobs) }
    }
}

impl<J: Job> Gatherer<J> {
    /// With a queue in which nobody waits yet, among others.
    fn among(shedding: &Arc<Shedding>) -> Self {
        let patience = Patience::among(shedding, MOMENT);
        let queue = Queue { waiting: VecDeque::new(), patience, lanes: vec![], opened: 0 };
        Self { queue: Arc::new(Mutex::new(queue)), singles: Arc::new(Semaphore::new(SINGLES)), jobs: Arc::default() }
    }

    /// Has a job done, together with whatever else waits. It is done to its end also when the caller leaves meanwhile,
    /// unless it has not begun.
    pub(crate) async fn ask(&self, app: &App, job: J) -> Result<J::Answer, Failure> {
        let span = tracing::trace_span!(target: "oxcart::trace", "gathered", kind = J::NAME);
        self.ask_within(app, job, &span).instrument(span.clone()).await
    }

    async fn ask_within(&self, app: &App, job: J, span: &Span) -> Result<J::Answer, Failure> {
        let (answer, answered) = oneshot::channel();
        self.queue().push(job, answer, span)?;
        self.open_lane(app);
        let broke_off = |_| store::Error::Other("a batch broke off, see the log".into());
        answered.await.map_err(broke_off)?
    }

    /// Opens a lane when something waits and there are too few, or those there are seem stuck.
    fn open_lane(&self, app: &App) {
        let mut queue = self.queue();
        let at_work = queue.lanes.iter().filter(|(_, begun)| begun.elapsed() < STUCK).count();
        if at_work < J::LANES && queue.lanes.len() < MOST_LANES && !queue.waiting.is_empty() {
            queue.opened += 1;
            let number = queue.opened;
            queue.lanes.push((number, Instant::now()));
            tokio::spawn(Lane { gatherer: self.clone(), number }.work(app.clone()));
        }
    }

    /// Does one job in a task of its own, so that none waits for another.
    fn alone(&self, app: &App, job: J, answer: Teller<J>, span: Span) {
        let (app, singles) = (app.clone(), Arc::clone(&self.singles));
        let work = async move {
            // Never closed.
            let turn = singles.acquire_owned().await;
            if let Ok(answers) = J::do_all(&app, vec![job]).await
                && let Some(done) = answers.into_iter().next()
            {
                let _ = answer.send(Ok(done));
            }
            drop(turn);
        };
        tokio::spawn(work.instrument(span));
    }

    #[expect(clippy::cast_precision_loss, reason = "a batch is small")]
    fn measure(&self, jobs: usize) {
        let histogram = || metrics::histogram!("oxcart_batch_jobs", "kind" => J::NAME);
        self.jobs.get_or_init(histogram).record(jobs as f64);
    }

    fn waiting(&self) -> (&'static str, usize) {
        (J::NAME, self.queue().waiting.len())
    }

    fn queue(&self) -> MutexGuard<'_, Queue<J>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Nobody more may wait: counted, and the caller is told to come back.
fn refused<J: Job>() -> Failure {
    metrics::counter!("oxcart_batch_refused_total", "kind" => J::NAME).increment(1);
    Failure::Busy(1)
}

impl<J: Job> Queue<J> {
    /// Queues a job, unless too many wait.
    fn push(&mut self, job: J, answer: Teller<J>, span: &Span) -> Result<(), Failure> {
        if self.waiting.is_empty() {
            self.patience.found_empty();
        }
        if self.waiting.len() >= WAITING {
            return Err(refused::<J>());
        }
        let (since, span) = (std::time::Instant::now(), span.clone());
        self.waiting.push_back(Waiting { since, job, span, answer });
        Ok(())
    }

    /// Tells those who have waited too long to come back, but for the last ones for whom the next batch has room: then it
    /// was one batch that was slow, and there is not more than can be done.
    fn refuse_who_waited_too_long(&mut self, room: usize) {
        while self.waiting.len() > room
            && self.waiting.front().is_some_and(|first| first.answer.is_closed() || self.patience.is_over(first.since))
            && let Some(refused) = self.waiting.pop_front()
        {
            let _ = refused.answer.send(Err(Failure::Busy(1)));
        }
    }

    /// Takes up to so many, in the order in which they came, but for those who left. While more comes than can be done,
    /// the last who came: most of the others wait in vain, and with the first, everybody served would have waited for
    /// as long as one may.
    fn take(&mut self, most: usize) -> Vec<Waiting<J>> {
        let last_first = self.patience.more_comes_than_can_be_done();
        let mut taken = vec![];
        while taken.len() < most
            && let Some(next) = if last_first { self.waiting.pop_back() } else { self.waiting.pop_front() }
        {
            if !next.answer.is_closed() {
                taken.push(next);
            }
        }
        if last_first {
            taken.reverse();
        }
        taken
    }
}

/// Jobs, where their answers go, and the spans of who asked.
type Taken<J> = (Vec<J>, Vec<Teller<J>>, Vec<Span>);

/// The span of a batch: a part of the first caller's, with links to the others'.
fn span_of<J: Job>(callers: &[Span]) -> Span {
    let Some(first) = callers.first() else { return Span::none() };
    let batch =
        tracing::trace_span!(target: "oxcart::trace", parent: first, "batch", kind = J::NAME, jobs = callers.len());
    for other in &callers[1..] {
        batch.follows_from(other);
    }
    batch
}

/// One after another, batches of what waits. Ends when nothing does.
struct Lane<J: Job> {
    gatherer: Gatherer<J>,
    number: u64,
}

impl<J: Job> Lane<J> {
    async fn work(self, app: App) {
        while let Some((jobs, answers, spans)) = self.next() {
            self.gatherer.measure(jobs.len());
            let batch = span_of::<J>(&spans);
            let began = Instant::now();
            let outcome = self.watch(&app, J::do_all(&app, jobs).instrument(batch)).await;
            self.gatherer.queue().patience.took(began.elapsed());
            match outcome {
                Ok(done) => {
                    for (answer, done) in answers.into_iter().zip(done) {
                        // Who left meanwhile does not need it.
                        let _ = answer.send(Ok(done));
                    }
                }
                Err(jobs) => {
                    let mut spans = spans.into_iter();
                    for (job, answer) in jobs.into_iter().zip(answers) {
                        self.gatherer.alone(&app, job, answer, spans.next().unwrap_or_else(Span::none));
                    }
                }
            }
        }
    }

    /// Does a batch, and looks after those who wait meanwhile, should it be stuck.
    async fn watch<T>(&self, app: &App, batch: impl Future<Output = T>) -> T {
        let mut batch = pin!(batch);
        loop {
            match tokio::time::timeout(STUCK, &mut batch).await {
                Ok(outcome) => return outcome,
                Err(_) => {
                    self.gatherer.open_lane(app);
                    self.gatherer.queue().refuse_who_waited_too_long(0);
                }
            }
        }
    }

    /// What waits, but for those who left, and those who have waited so long that they are told to come back. `None`,
    /// and the lane is closed under the same lock, when nothing does: who comes a moment later opens another.
    fn next(&self) -> Option<Taken<J>> {
        let mut queue = self.gatherer.queue();
        queue.refuse_who_waited_too_long(J::MOST);
        let (mut jobs, mut answers, mut spans) = (vec![], vec![], vec![]);
        for Waiting { job, answer, span, .. } in queue.take(J::MOST) {
            jobs.push(job);
            answers.push(answer);
            // Where nobody traces there are none.
            if !span.is_disabled() {
                spans.push(span);
            }
        }
        if jobs.is_empty() {
            queue.lanes.retain(|(number, _)| *number != self.number);
            return None;
        }
        if let Some((_, begun)) = queue.lanes.iter_mut().find(|(number, _)| *number == self.number) {
            *begun = Instant::now();
        }
        Some((jobs, answers, spans))
    }
}

impl<J: Job> Drop for Lane<J> {
    /// After a panic, or when the process stops: whoever waits is told that nothing was done. A lane that has ended well
    /// is closed already.
    fn drop(&mut self) {
        let mut queue = self.gatherer.queue();
        let lanes = queue.lanes.len();
        queue.lanes.retain(|(number, _)| *number != self.number);
        if queue.lanes.len() < lanes {
            queue.waiting.clear();
        }
    }
}
